using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Why a whole sweep stands still.</summary>
internal static class StateWording
{
    /// <summary>Why nothing is done for a sweep, and what ends that; null for an active one.</summary>
    public static string? Standstill(SweepSummary sweep, HomeFolder home) => sweep.DesiredState switch
    {
        DesiredState.Paused => $"{sweep.Name} is paused; `{home.Command($"resume {sweep.Name}")}` goes on",
        DesiredState.Cancelled => $"{sweep.Name} is cancelled",
        _ => null,
    };
}
