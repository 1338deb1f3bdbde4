using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Reports.Plans;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>What a submission of a spec would do, given the current ledger.</summary>
public sealed record SpecPlan
{
    /// <summary>The sweep's name.</summary>
    public required string Name { get; init; }

    /// <summary>Cells × seeds before exclusions and merging.</summary>
    public required int GridSize { get; init; }

    /// <summary>Trials of the grid that <c>exclude:</c> leaves out.</summary>
    public required int Excluded { get; init; }

    /// <summary>Trials of the grid that equal an earlier one and share its result.</summary>
    public required int Merged { get; init; }

    /// <summary>The distinct trials.</summary>
    public required int Trials { get; init; }

    /// <summary>Trials that already have a result and are not trained again.</summary>
    public required int Cached { get; init; }

    /// <summary>Trials that already run or wait.</summary>
    public required int Open { get; init; }

    /// <summary>Trials that failed earlier, and run again only after a retry.</summary>
    public required int Failed { get; init; }

    /// <summary>Trials that the submission adds, or requests again after their sweep was paused or cancelled.</summary>
    public required int New { get; init; }

    /// <summary>The estimated seconds on the head's nodes; omitted when the time of no trial is known.</summary>
    [JsonPropertyName("seconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan? Duration { get; init; }

    /// <summary>The number of trials to train that <see cref="Duration"/> does not include.</summary>
    public required int Untimed { get; init; }

    /// <summary>The slots of the head's nodes; at least 1.</summary>
    public required int Slots { get; init; }

    /// <summary>The size of the grid in a sentence, for people.</summary>
    public required string Summary { get; init; }

    /// <summary>Settings that are valid but probably not intended, in sentences.</summary>
    public required IReadOnlyList<string> Hints { get; init; }

    internal static SpecPlan Of(SweepPlan plan, IReadOnlyList<string> hints)
    {
        var states = plan.Trials.CountBy(static trial => trial.State).ToDictionary();
        return new SpecPlan
        {
            Name = plan.Name,
            GridSize = plan.GridSize,
            Excluded = plan.Excluded,
            Merged = plan.Merged,
            Trials = plan.Trials.Count,
            Cached = Count(PlannedState.Cached),
            Open = Count(PlannedState.Running) + Count(PlannedState.Waiting),
            Failed = Count(PlannedState.Failed),
            New = Count(PlannedState.Missing) + Count(PlannedState.Withdrawn),
            Duration = plan.Time is { Timed: 0, Untimed: > 0 } ? null : plan.Time.Duration,
            Untimed = plan.Time.Untimed,
            Slots = plan.Time.Slots,
            Summary = SubmissionWording.Expanded(
                plan.Name, plan.Trials.Select(static trial => trial.Spec), plan.Excluded, plan.Merged),
            Hints = hints,
        };

        int Count(PlannedState state) => states.GetValueOrDefault(state);
    }
}
