using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Reports.Plans;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>The message about an estimated time; it names what the estimate is based on.</summary>
internal static class PlanWording
{
    public static string Time(PlannedTime time) => time switch
    {
        { Timed: 0, Untimed: 0 } => "nothing to train",
        { Timed: 0 } => "time: unknown, because no similar trial has been trained",
        { Untimed: 0 } => $"time: about {Known(time)}",
        _ => $"time: at least {Known(time)}; the time of {Wording.Count(time.Untimed, "more trial")} is unknown, "
            + "because no similar trial has been trained",
    };

    private static string Known(PlannedTime time) =>
        $"{Wording.Duration(time.Duration)} with {Wording.Count(time.Slots, "slot")}, "
        + (time.PastTrials == 0 ? "based on the speed of trials of the same shape"
            : $"based on the epoch times of {Wording.Count(time.PastTrials, "trial")}");
}
