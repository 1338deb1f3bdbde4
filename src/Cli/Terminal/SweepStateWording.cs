using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Messages about a sweep that does not train because of its desired state.</summary>
internal static class SweepStateWording
{
    /// <summary>Why nothing is trained for a sweep, and how to change that; null for an active sweep.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="command">Returns the command line for a command and its arguments, as a user would type it.</param>
    public static string? WhyInactive(SweepSummary sweep, Func<string, string> command) => sweep.DesiredState switch
    {
        DesiredState.Paused => $"{sweep.Name} is paused; `{command($"resume {sweep.Name}")}` resumes it",
        DesiredState.Cancelled =>
            $"{sweep.Name} is cancelled; `{command($"resume {sweep.Name}")}` makes it active again",
        _ => null,
    };
}
