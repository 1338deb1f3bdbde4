using System.CommandLine;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// A command that works on a home. It has <c>--home</c>, <c>--head</c> where it can also work through a head elsewhere,
/// and <c>--json</c> where it can print JSON.
/// </summary>
internal abstract class HomeCommand : Command
{
    private const string HeadVariable = "SBNN_HEAD";

    private readonly Option<DirectoryInfo> _home = SharedOptions.Home();
    private readonly Option<bool>? _json;

    /// <summary><c>--head</c>; null for a command that only works on a home.</summary>
    protected Option<string>? Head { get; }

    protected HomeCommand(
        CommandConsole console, string name, string description, bool printsJson = true, bool takesHead = false)
        : base(name, description)
    {
        Add(_home);
        if (takesHead) Add(Head = SharedOptions.Head());
        if (printsJson) Add(_json = SharedOptions.Json());
        SetAction((parsed, cancellation) => SbnnCommand.GuardAsync(console, async () =>
        {
            var home = new HomeFolder(parsed.GetRequiredValue(_home).ToString());
            if (File.Exists(home.Path))
                throw new BadInputException($"--home: {home.Path} is a file (allowed: a folder); name another path");
            using var place = TargetOf(parsed, home, console, cancellation);
            return await RunAsync(
                new HomeCall(parsed, console, home, place, _json is not null && parsed.GetValue(_json), cancellation));
        }));
    }

    /// <summary>Runs the command; returns its exit code.</summary>
    protected abstract Task<int> RunAsync(HomeCall call);

    // An option on the command line takes precedence over the environment.
    private ISweepTarget TargetOf(
        ParseResult parsed, HomeFolder home, CommandConsole console, CancellationToken cancellation)
    {
        var namesHome = parsed.GetResult(_home) is { Implicit: false };
        if (Head is not null && parsed.GetValue(Head) is { } given)
        {
            if (namesHome)
                throw new BadInputException(
                    "--head: not allowed together with --home; use only the one that has the sweeps");
            return new HeadTarget(
                HeadAccess.Find(given, Head.Name), $" {Head.Name} {ShellArgument.Of(given)}", cancellation);
        }

        return Head is not null && !namesHome && OwnVariable.Find(HeadVariable) is { } set
            ? new HeadTarget(HeadAccess.Find(set, HeadVariable), option: "", cancellation)
            : new HomeTarget(home, console, cancellation);
    }
}
