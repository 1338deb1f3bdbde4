using System.CommandLine;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>A verb that works on a home: it has the option that names one, and <c>--json</c> where it prints any.</summary>
internal abstract class HomeCommand : Command
{
    protected HomeCommand(CommandConsole console, string name, string description, bool printsJson = true)
        : base(name, description)
    {
        var home = SharedOptions.Home();
        var json = SharedOptions.Json();
        Add(home);
        if (printsJson) Add(json);
        SetAction((parsed, cancellation) => SbnnCommand.GuardAsync(console, () => RunAsync(new HomeCall(
            parsed, console, new HomeFolder(parsed.GetRequiredValue(home).FullName), printsJson && parsed.GetValue(json), cancellation))));
    }

    /// <summary>Does what the verb is for; gives its exit code.</summary>
    protected abstract Task<int> RunAsync(HomeCall call);
}
