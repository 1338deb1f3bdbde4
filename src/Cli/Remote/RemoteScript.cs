using System.Text;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Remote;

/// <summary>
/// Calls functions of <c>remote.sh</c> on a host. The script goes over standard input, so that the host's login shell
/// does not matter and no secret appears in a process list.
/// </summary>
/// <param name="ssh">The user's ssh.</param>
/// <param name="host">The host.</param>
/// <param name="folder">The folder of sbnn on the host.</param>
/// <param name="build">The name of this build's folder; empty where it does not matter.</param>
internal sealed class RemoteScript(SshClient ssh, SshHost host, string folder, string build)
{
    private static readonly string Text = ReadText();

    /// <summary>Calls a function that needs no more variables.</summary>
    public Task<RemoteAnswers> CallAsync(string function, CancellationToken cancellation) =>
        CallAsync(function, "", "", TimeSpan.Zero, static (_, _) => { }, cancellation);

    /// <summary>Calls a function and returns its answers.</summary>
    /// <param name="function">The function's name.</param>
    /// <param name="options">The node's options, quoted for a shell.</param>
    /// <param name="join">The text of the join file; empty: the node has joined.</param>
    /// <param name="timeout">How long the function waits for the node.</param>
    /// <param name="report">Receives each answer at once.</param>
    /// <param name="cancellation">Ends ssh.</param>
    public async Task<RemoteAnswers> CallAsync(
        string function, string options, string join, TimeSpan timeout, Action<string, string> report,
        CancellationToken cancellation)
    {
        var script = new StringBuilder()
            .Append($"folder={ShellArgument.Of(folder)}\nnode={ShellArgument.Of(host.Node.Value)}\n")
            .Append($"build={ShellArgument.Of(build)}\noptions={ShellArgument.Of(options)}\n")
            .Append($"join={ShellArgument.Of(join)}\ntimeout={(int)timeout.TotalSeconds}\n")
            .Append(Text).Append('\n').Append(function).Append('\n').ToString();
        var answers = new List<(string Name, string Value)>();
        await ssh.RunAsync(
            host, ["sh", "-s"], (input, token) => input.WriteAsync(Encoding.UTF8.GetBytes(script), token).AsTask(),
            line =>
            {
                if (!line.StartsWith('@')) return;
                var (name, value) = line.Split(' ', 2) is [var first, var rest] ? (first[1..], rest) : (line[1..], "");
                answers.Add((name, value));
                report(name, value);
            },
            cancellation);
        return new RemoteAnswers(answers);
    }

    private static string ReadText()
    {
        using var stream = typeof(RemoteScript).Assembly.GetManifestResourceStream("remote.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>The answers of a function of <c>remote.sh</c>, in order.</summary>
internal sealed record RemoteAnswers(IReadOnlyList<(string Name, string Value)> All)
{
    /// <summary>True when the host gave this answer.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The value of an answer; null when the host did not give it.</summary>
    public string? Find(string name) => AllOf(name) is [var first, ..] ? first : null;

    /// <summary>The values of all answers of a name.</summary>
    public IReadOnlyList<string> AllOf(string name) =>
        [.. All.Where(answer => answer.Name == name).Select(static answer => answer.Value)];
}
