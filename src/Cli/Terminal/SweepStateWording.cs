using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Why a whole sweep stands still.</summary>
internal static class SweepStateWording
{
    /// <summary>Why nothing is done for a sweep, and what ends that; null for an active one.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="command">Gives a verb with its arguments as a user would type it.</param>
    public static string? Standstill(SweepSummary sweep, Func<string, string> command) => sweep.DesiredState switch
    {
        DesiredState.Paused => $"{sweep.Name} is paused; `{command($"resume {sweep.Name}")}` goes on",
        DesiredState.Cancelled => $"{sweep.Name} is cancelled",
        _ => null,
    };
}
