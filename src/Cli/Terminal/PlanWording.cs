using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Reports.Plans;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>An estimate in words that say how far it can be trusted.</summary>
internal static class PlanWording
{
    public static string Time(PlannedTime time) => time switch
    {
        { Timed: 0, Untimed: 0 } => "nothing to train",
        { Timed: 0 } => $"time: unknown, for no past trial is like {(time.Untimed == 1 ? "it" : "these")}",
        { Untimed: 0 } => $"time: about {Known(time)}",
        _ => $"time: at least {Known(time)}; no past trial is like {time.Untimed} of those to train",
    };

    private static string Known(PlannedTime time) =>
        $"{Wording.Duration(time.Duration)} with {Wording.Count(time.Slots, "slot")}, "
        + (time.PastTrials == 0 ? "by the speed of trials of their shapes"
            : $"by the epochs of {Wording.Count(time.PastTrials, "past trial")}");
}
