using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>What running a spec would do, trial by trial, as the ledger stands.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="GridSize">Cells × seeds before exclusions and merging.</param>
/// <param name="Excluded">Of these, left out by <c>exclude:</c>.</param>
/// <param name="Merged">Of these, equal to an earlier one, whose trial they share.</param>
/// <param name="Dropped">Trials of the sweep's latest revision that the spec does not have any more.</param>
/// <param name="Trials">Its trials, in the order of the grid.</param>
/// <param name="Time">How long it would take.</param>
public sealed record SweepPlan(
    string Name, int GridSize, int Excluded, int Merged, int Dropped, IReadOnlyList<PlannedTrial> Trials,
    PlannedTime Time)
{
    /// <summary>Plans an expanded spec.</summary>
    /// <param name="name">The sweep's id.</param>
    /// <param name="expansion">Its trials.</param>
    /// <param name="latest">The sweep's latest revision; null when it was never submitted.</param>
    /// <param name="ledger">All trials that the ledger has.</param>
    /// <param name="slots">How many trials are assumed to run at once.</param>
    /// <param name="shapes">How fast trials of a shape train; null: not known.</param>
    public static SweepPlan Of(
        string name, Expansion expansion, SweepProgress? latest, IReadOnlyList<KnownTrial> ledger, int slots,
        ShapePace? shapes = null)
    {
        var known = ledger.ToDictionary(static trial => trial.Key);
        var novelty = new SpecDifference(latest is null ? ledger.Select(static trial => trial.Spec)
            : latest.Trials.Select(static trial => trial.Spec));
        var pace = new PastPace(ledger, shapes ?? ShapePace.Unknown);
        var trials = expansion.Trials.Select(trial => Plan(trial, known.GetValueOrDefault(trial.Key), novelty, pace))
            .ToList();
        var kept = expansion.Trials.Select(static trial => trial.Key).ToHashSet();
        return new SweepPlan(
            name, expansion.GridSize, expansion.Excluded, expansion.Merged,
            latest?.Trials.Count(trial => !kept.Contains(trial.Key)) ?? 0, trials,
            PlannedTime.Of(trials, slots));
    }

    /// <summary>
    /// The same plan without keys and digests for the trials whose images' digest only stands in for one that is not
    /// known yet.
    /// </summary>
    public SweepPlan WithoutKeys(Func<string, bool> isStandIn) => this with
    {
        Trials =
        [
            .. Trials.Select(trial => trial.Spec.DataDigest is { } digest && isStandIn(digest)
                ? trial with { Key = null, Spec = trial.Spec with { DataDigest = null } }
                : trial),
        ],
    };

    private static PlannedTrial Plan(KeyedTrial trial, KnownTrial? known, SpecDifference novelty, PastPace pace)
    {
        var (state, why) = known?.State switch
        {
            null => (PlannedState.Missing, novelty.Explain(trial.Spec)),
            TrialState.Finished => (PlannedState.Cached, $"finished{InSweeps(known)}"),
            TrialState.Running => (PlannedState.Running, $"runs now{InSweeps(known)}"),
            TrialState.Waiting => (PlannedState.Waiting, $"waits for a slot{InSweeps(known)}"),
            TrialState.Failed => (PlannedState.Failed, $"failed, and stays so until it is retried: {known.Reason}"),
            _ => (PlannedState.Withdrawn, $"no active sweep wants it now{InSweeps(known)}"),
        };
        var done = known?.Epoch ?? 0;
        return new PlannedTrial(
            trial.Key, trial.Spec, state, why,
            state is PlannedState.Cached or PlannedState.Failed ? 0 : Math.Max(0, trial.Spec.Epochs - done),
            pace.Find(trial.Spec));
    }

    private static string InSweeps(KnownTrial known) =>
        known.Sweeps.Count == 0 ? "" : $", in sweep {string.Join(", ", known.Sweeps)}";
}

/// <summary>What would become of one trial.</summary>
/// <param name="Key">Its identity; null while its images, and so their digest, are not known.</param>
/// <param name="Spec">Its settings.</param>
/// <param name="State">How it stands in the ledger.</param>
/// <param name="Why">Why, in words.</param>
/// <param name="EpochsLeft">Epochs that are to be trained; 0 for one that is finished or failed.</param>
/// <param name="Pace">How fast trials like it were; null: there is none.</param>
public sealed record PlannedTrial(
    TrialKey? Key, TrialSpec Spec, PlannedState State, string Why, int EpochsLeft, Pace? Pace);

/// <summary>How a planned trial stands in the ledger.</summary>
public enum PlannedState
{
    /// <summary>Its result is there.</summary>
    Cached = 0,

    /// <summary>It trains now.</summary>
    Running = 1,

    /// <summary>It is submitted, and waits.</summary>
    Waiting = 2,

    /// <summary>It failed, and is not tried again by itself.</summary>
    Failed = 3,

    /// <summary>It was submitted, and no active sweep wants it.</summary>
    Withdrawn = 4,

    /// <summary>The ledger does not know it.</summary>
    Missing = 5,
}
