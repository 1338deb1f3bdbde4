using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>
/// The estimated time of a plan. The estimate assigns the trials in their order, each to the slot that is free first.
/// </summary>
/// <param name="Duration">The time for the trials whose speed is known.</param>
/// <param name="Slots">The assumed number of slots.</param>
/// <param name="Timed">Trials to train whose speed is known.</param>
/// <param name="Untimed">Trials to train whose speed is unknown; the duration does not include them.</param>
/// <param name="PastTrials">The number of trials, finished or not, from whose epochs the speed was computed.</param>
public sealed record PlannedTime(
    [property: JsonPropertyName("seconds"), JsonConverter(typeof(SecondsJsonConverter))] TimeSpan Duration,
    int Slots,
    int Timed,
    int Untimed,
    int PastTrials)
{
    internal static PlannedTime Of(IReadOnlyList<PlannedTrial> trials, int slots)
    {
        var free = new PriorityQueue<int, TimeSpan>(
            Enumerable.Range(0, slots).Select(static slot => (slot, TimeSpan.Zero)));
        var end = TimeSpan.Zero;
        var open = trials.Where(static trial => trial.EpochsLeft > 0).ToList();

        // Running trials already hold slots, so they come first. The order is stable otherwise.
        foreach (var trial in open.Where(static trial => trial.Pace is not null)
            .OrderBy(static trial => trial.State == PlannedState.Running ? 0 : 1))
        {
            free.TryDequeue(out var slot, out var from);
            var until = from + (trial.EpochsLeft * trial.Pace!.PerEpoch);
            if (until > end) end = until;
            free.Enqueue(slot, until);
        }

        var timed = open.Count(static trial => trial.Pace is not null);
        var past = open.Select(static trial => trial.Pace).OfType<Pace>().Distinct()
            .Sum(static pace => pace.PastTrials);
        return new PlannedTime(end, slots, timed, open.Count - timed, past);
    }
}
