using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>How long a plan would take: its trials, in order, each on the slot that is free first.</summary>
/// <param name="Duration">For the trials whose pace is known.</param>
/// <param name="Slots">Trials at once, as assumed.</param>
/// <param name="Timed">Trials to train whose pace is known.</param>
/// <param name="Untimed">Trials to train that are in no past trial's likeness: they come on top.</param>
/// <param name="PastTrials">Past trials that the pace was taken from.</param>
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

        // What runs holds its slot already; a stable order otherwise.
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
