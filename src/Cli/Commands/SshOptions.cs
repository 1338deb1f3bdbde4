using System.CommandLine;
using Sbnn.Sweeps.Cli.Remote;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>The options that name hosts and how ssh reaches them, and the work that is done on all of them.</summary>
internal sealed class SshOptions
{
    private const string FolderAllowed = "letters, digits and /._-, not beginning with '-'; ~/ is the user's home";

    private readonly Option<string[]> _ssh = new("--ssh")
    {
        HelpName = "hosts",
        Description = "The hosts, as you would type them after ssh, separated by commas.",
    };

    private readonly Option<FileInfo?> _hosts = new("--hosts")
    {
        HelpName = "file",
        Description = "A file with one host per line, which options of its node may follow. # begins a comment.",
    };

    private readonly Option<FileInfo?> _config = new("--ssh-config")
    {
        HelpName = "file",
        Description = "ssh's configuration file. If not given: your own.",
    };

    private readonly Option<string> _folder = new("--folder")
    {
        HelpName = SharedOptions.Folder,
        Description = "The folder on each host for the build and the node's home.",
        DefaultValueFactory = static _ => "~/.sbnn",
    };

    /// <summary>All of these options, for the command that adds them.</summary>
    public IReadOnlyList<Option> All => [_ssh, _hosts, _config, _folder];

    /// <summary>The hosts that the command line names.</summary>
    /// <exception cref="BadInputException">A host or the file is not valid, or a name occurs twice.</exception>
    public IReadOnlyList<SshHost> Hosts(ParseResult parsed)
    {
        var listed = (parsed.GetValue(_ssh) ?? []).SelectMany(given => SshHost.ParseList(_ssh.Name, given));
        return SshHost.RequireDistinct([.. listed, .. OfFile(parsed.GetValue(_hosts))]);
    }

    /// <summary>
    /// Does the work on all hosts at the same time, and prints what happens on each. Returns the exit code: of an
    /// interruption, or whether some host failed.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="console">Where lines are printed.</param>
    /// <param name="done">What the hosts are when the work is done, as in <c>up</c>.</param>
    /// <param name="work">The work on one host.</param>
    public async Task<int> OnAllAsync(
        ParseResult parsed, CommandConsole console, string done, Func<RemoteNode, CancellationToken, Task> work)
    {
        var hosts = Hosts(parsed);
        var (ssh, folder) = (new SshClient(Config(parsed)), Folder(parsed));
        using var stop = new StopSignal();
        try
        {
            var failures = await Task.WhenAll(hosts.Select(TryAsync));
            var failed = failures.OfType<string>().ToList();
            if (failed.Count == 0) return ExitCode.Done;
            console.Warn($"{hosts.Count - failed.Count} of {Wording.Count(hosts.Count, "host")} {done}; failed:");
            foreach (var line in failed) console.Warn($"  {line}");
            return ExitCode.SomeFailed;
        }
        catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested)
        {
            console.Warn("stopped; the same command continues");
            return ExitCode.Interrupted;
        }

        async Task<string?> TryAsync(SshHost host)
        {
            try
            {
                var node = new RemoteNode(ssh, host, folder, line => console.Say($"{host.Destination}: {line}"));
                await work(node, stop.Requested);
                return null;
            }
            catch (HostFailure) when (stop.Requested.IsCancellationRequested)
            {
                // Ctrl-C in a terminal ends ssh, too.
                throw new OperationCanceledException(stop.Requested);
            }
            catch (HostFailure failure)
            {
                foreach (var line in failure.Log) console.Warn($"{host.Destination}: log: {line}");
                return $"{host.Destination}: {failure.Message}";
            }
        }
    }

    private static IReadOnlyList<SshHost> OfFile(FileInfo? file)
    {
        if (file is null) return [];
        try
        {
            return SshHost.ParseLines(File.ReadLines(file.FullName), file.ToString());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--hosts: {file}: {Wording.Cause(error)} (allowed: one host per line)", error);
        }
    }

    private string? Config(ParseResult parsed) => parsed.GetValue(_config) switch
    {
        null => null,
        { Exists: false } missing => throw new BadInputException(
            $"--ssh-config: {missing}: no such file (allowed: a configuration file of ssh)"),
        var file => file.FullName,
    };

    private string Folder(ParseResult parsed)
    {
        var folder = parsed.GetRequiredValue(_folder).TrimEnd('/');
        var path = folder.StartsWith('~') ? folder[1..] : folder;
        return folder.Length > 0 && (path.Length == 0 || path[0] != '-')
            && (path.Length == folder.Length || path is "" or ['/', ..])
            && path.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-')
            ? folder
            : throw new BadInputException($"--folder: '{folder}' is not allowed (allowed: {FolderAllowed})");
    }
}
