using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Remote;

/// <summary>
/// Runs the user's own <c>ssh</c> with the user's own configuration, agent and jump hosts. It never asks for a
/// password.
/// </summary>
/// <param name="config">A configuration file instead of the user's; null: the user's.</param>
internal sealed class SshClient(string? config)
{
    private const int NoConnection = 255;
    private const int ConnectTimeoutSeconds = 15;
    private static readonly TimeSpan PipeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Runs a command on a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="command">The command's words, which the host's login shell reads.</param>
    /// <param name="write">Writes the command's standard input.</param>
    /// <param name="read">Receives each line that the command prints.</param>
    /// <param name="cancellation">Ends ssh.</param>
    /// <exception cref="HostFailure">ssh does not reach the host, or the command fails.</exception>
    public async Task RunAsync(
        SshHost host, IEnumerable<string> command, Func<Stream, CancellationToken, Task> write, Action<string> read,
        CancellationToken cancellation)
    {
        var (exitCode, stderr) = await StartAsync(
            ["--", host.Destination, string.Join(' ', command.Select(ShellArgument.Of))], write, read, cancellation);
        if (exitCode == 0) return;
        throw new HostFailure(
            exitCode == NoConnection ? Reason(stderr) : $"a command on the host failed: {Reason(stderr)}");
    }

    /// <summary>Runs <c>ssh</c> with options of its own and no command; returns its exit code and messages.</summary>
    public Task<(int ExitCode, string Stderr)> ControlAsync(
        IEnumerable<string> options, SshHost host, CancellationToken cancellation) =>
        StartAsync(
            [.. options, "--", host.Destination], static (_, _) => Task.CompletedTask, static _ => { }, cancellation);

    /// <summary>The last line that is not empty, in which ssh states the reason.</summary>
    public static string Reason(string stderr) =>
        stderr.Split('\n').Select(static line => line.Trim()).LastOrDefault(static line => line.Length > 0)
        ?? "no message";

    private async Task<(int ExitCode, string Stderr)> StartAsync(
        IEnumerable<string> arguments, Func<Stream, CancellationToken, Task> write, Action<string> read,
        CancellationToken cancellation)
    {
        using var process = Start(arguments);
        var stderr = new StringBuilder();
        try
        {
            var reading = Task.WhenAll(
                ReadAsync(process.StandardOutput, read, cancellation),
                ReadAsync(process.StandardError, line => stderr.AppendLine(line), cancellation));
            var writing = WriteAsync(process.StandardInput.BaseStream, write, cancellation);
            await process.WaitForExitAsync(cancellation);
            // An ssh that went to the background may keep the pipes open.
            await Task.WhenAny(reading, Task.Delay(PipeTimeout, cancellation));
            await writing;
            return (process.ExitCode, stderr.ToString());
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static async Task ReadAsync(StreamReader output, Action<string> read, CancellationToken cancellation)
    {
        while (await output.ReadLineAsync(cancellation) is { } line) read(line);
    }

    private Process Start(IEnumerable<string> arguments)
    {
        string[] own = ["-o", "BatchMode=yes", "-o", $"ConnectTimeout={ConnectTimeoutSeconds}"];
        try
        {
            return Process.Start(new ProcessStartInfo("ssh", [.. config is null ? [] : (string[])["-F", config], .. own,
                .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception error)
        {
            throw new HostFailure(
                $"ssh cannot be started: {new Win32Exception(error.NativeErrorCode).Message}; install OpenSSH");
        }
    }

    // A command that ends early closes its input; its exit code states the reason.
    private static async Task WriteAsync(
        Stream input, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        try
        {
            await using (input) await write(input, cancellation);
        }
        catch (IOException)
        {
        }
    }
}
