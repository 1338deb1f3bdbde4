using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Remote;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn up</c>: makes machines that ssh reaches nodes of a head, and repairs or upgrades those that are.
/// </summary>
internal sealed class UpCommand : HomeCommand
{
    private const int MostCopies = 4;
    private const string TunnelAllowed = "host:port, such as 127.0.0.1:7700";
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    // The command sets these options of a node itself.
    private static readonly string[] Own = ["--role", "--home", "--join-file", "--name"];

    private readonly SshOptions _ssh = new();

    private readonly Option<string?> _tunnel = new("--tunnel")
    {
        HelpName = "host:port",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "For hosts that cannot reach the head: forward the head's two ports from each host's 127.0.0.1 "
            + "to the head, through ssh. The head must be started with --listen or --advertise 127.0.0.1. The value is "
            + "the head's address as this machine reaches it. If the option has no value: the advertised one.",
    };

    private readonly Argument<string[]> _nodeOptions = new("options")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "After --: options of `sbnn serve --role node` for every host, such as --slots 2. If not given: "
            + "those that the host's node was last started with.",
    };

    public UpCommand(CommandConsole console)
        : base(console, "up",
            "Make machines that you reach by ssh nodes of a head: copy this sbnn to them, join, and start a node on "
                + "each. Repeating the command repairs what is missing, and upgrades nodes of another build.",
            printsJson: false, takesHead: true)
    {
        foreach (var option in _ssh.All) Add(option);
        Add(_tunnel);
        Add(_nodeOptions);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var hosts = _ssh.Hosts(call.Parsed);
        var options = call.Parsed.GetValue(_nodeOptions) ?? [];
        foreach (var host in hosts) CheckNodeOptions(call.Console, host, [.. options, .. host.NodeOptions]);
        using var client = call.Place.Connect();
        var head = AccessOf(await client.CreateJoinTokenAsync(TokenLifetime, call.Cancellation));
        var plan = new NodePlan(
            PublishedBuild.OfThisProgram(), client, head, TunnelOf(call.Parsed, head.Address), options);
        using var copies = new SemaphoreSlim(MostCopies);
        return await _ssh.OnAllAsync(
            call.Parsed, call.Console, "up", (node, cancellation) => node.UpAsync(plan, copies, cancellation));
    }

    private static HeadAccess AccessOf(Api.Contracts.JoinToken token) => new(
        new Uri(token.Head), ApiToken.TryParse(token.Token), X509Certificate2.CreateFromPem(token.Authority));

    // A mistake is reported here, once, instead of in a log on each host.
    private static void CheckNodeOptions(CommandConsole console, SshHost host, string[] options)
    {
        if (options is [var first, ..] && !first.StartsWith('-'))
        {
            throw new BadInputException(
                $"{host.Destination}: '{first}' is not an option of a node (allowed: options of `sbnn serve --role "
                    + "node`); name hosts with --ssh");
        }

        if (Array.Find([.. options.Select(static option => option.Split('=', ':')[0])], Own.Contains) is { } own)
            throw new BadInputException($"{host.Destination}: {own}: not allowed here; `sbnn up` sets it");
        var parsed = new ServeCommand(console).Parse(["--role", "node", .. options]);
        if (parsed.Errors.Count > 0)
        {
            throw new BadInputException(
                $"{host.Destination}: options of the node: {string.Join("; ", ParseErrorWording.Lines(parsed))}");
        }
    }

    // The head's certificate holds for the name in its address, and a tunnel makes the head appear at 127.0.0.1.
    private (string Name, int Port)? TunnelOf(ParseResult parsed, Uri head)
    {
        if (parsed.GetResult(_tunnel) is null) return null;
        if (!head.IsLoopback)
        {
            throw new BadInputException(
                $"--tunnel: nodes reach the head at {head.Authority}, but a tunnel ends at 127.0.0.1; start the head "
                    + "with --advertise 127.0.0.1, or with --listen 127.0.0.1 if every node uses a tunnel");
        }

        if (parsed.GetValue(_tunnel) is not { } given) return (head.Host, head.Port);
        return Uri.TryCreate($"https://{given}", UriKind.Absolute, out var named)
            && named.PathAndQuery == "/" && named.UserInfo.Length == 0
            && given.EndsWith($":{named.Port}", StringComparison.Ordinal)
            ? (named.Host, named.Port)
            : throw new BadInputException($"--tunnel: {given} is not allowed (allowed: {TunnelAllowed})");
    }
}
