using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>What running a spec would do with each trial, given the current ledger.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="GridSize">Cells × seeds before exclusions and merging.</param>
/// <param name="Excluded">Trials of the grid that <c>exclude:</c> leaves out.</param>
/// <param name="Merged">Trials of the grid that equal an earlier one and share its result.</param>
/// <param name="Dropped">Trials of the sweep's latest revision that the spec no longer contains.</param>
/// <param name="Trials">The trials, in the grid's order.</param>
/// <param name="Time">The estimated time.</param>
public sealed record SweepPlan(
    string Name, int GridSize, int Excluded, int Merged, int Dropped, IReadOnlyList<PlannedTrial> Trials,
    PlannedTime Time)
{
    /// <summary>Plans an expanded spec.</summary>
    /// <param name="name">The sweep's id.</param>
    /// <param name="expansion">The expanded trials.</param>
    /// <param name="latest">The sweep's latest revision; null when it was never submitted.</param>
    /// <param name="ledger">All trials of the ledger.</param>
    /// <param name="slots">The assumed number of slots.</param>
    /// <param name="shapes">The training speed of shapes; null when unknown.</param>
    public static SweepPlan Of(
        string name, Expansion expansion, SweepProgress? latest, IReadOnlyList<KnownTrial> ledger, int slots,
        ShapePace? shapes = null)
    {
        var known = ledger.ToDictionary(static trial => trial.Key);
        var novelty = new SpecDifference(
            latest is null ? ledger.Select(static trial => trial.Spec)
                : latest.Trials.Select(static trial => trial.Spec),
            [.. expansion.Trials.Select(static trial => trial.Spec)]);
        var withdrawn = latest is { DesiredState: not DesiredState.Active }
            ? $"sweep {name} is {EnumWords.Of(latest.DesiredState)}; a run makes it active again"
            : null;
        var pace = new PastPace(ledger, shapes ?? ShapePace.Unknown);
        var trials = expansion.Trials
            .Select(trial => Plan(trial, known.GetValueOrDefault(trial.Key), novelty, pace, withdrawn)).ToList();
        var kept = expansion.Trials.Select(static trial => trial.Key).ToHashSet();
        var dropped = (latest?.Trials ?? []).Where(trial => !kept.Contains(trial.Key)).ToList();
        return new SweepPlan(
            name, expansion.GridSize, expansion.Excluded, expansion.Merged, dropped.Count, trials,
            PlannedTime.Of(trials, slots))
        {
            DroppedRunning = dropped.Count(static trial => trial.State == TrialState.Running),
        };
    }

    /// <summary>The dropped trials that run now. They stop, unless another active sweep needs them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int DroppedRunning { get; init; }

    /// <summary>
    /// The finished trials whose weights the spec would keep, but which were trained without keeping them. They are not
    /// trained again.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int WithoutWeights { get; init; }

    /// <summary>The same plan for a spec that keeps some files of each trial.</summary>
    /// <param name="keep">The files.</param>
    /// <param name="ledger">All trials of the ledger.</param>
    public SweepPlan Keeping(KeepKind keep, IReadOnlyList<KnownTrial> ledger)
    {
        if (keep != KeepKind.Weights) return this;
        var has = ledger.Where(static trial => trial.HasWeights).Select(static trial => trial.Key).ToHashSet();
        return this with
        {
            WithoutWeights = Trials.Count(trial =>
                trial is { State: PlannedState.Cached, Key: { } key } && !has.Contains(key)),
        };
    }

    /// <summary>
    /// The same plan without keys and digests for the trials whose images' digest is only a placeholder.
    /// </summary>
    public SweepPlan WithoutKeys(Func<string, bool> isPlaceholder) => this with
    {
        Trials =
        [
            .. Trials.Select(trial => trial.Spec.DataDigest is { } digest && isPlaceholder(digest)
                ? trial with { Key = null, Spec = trial.Spec with { DataDigest = null } }
                : trial),
        ],
    };

    private static PlannedTrial Plan(
        KeyedTrial trial, KnownTrial? known, SpecDifference novelty, PastPace pace, string? withdrawn)
    {
        var (state, why) = known?.State switch
        {
            null => (PlannedState.Missing, novelty.Explain(trial.Spec)),
            TrialState.Finished => (PlannedState.Cached, $"finished{InSweeps(known)}"),
            TrialState.Running => (PlannedState.Running, $"runs now{InSweeps(known)}"),
            TrialState.Waiting => (PlannedState.Waiting, $"submitted earlier{InSweeps(known)}"),
            TrialState.Failed => (PlannedState.Failed, $"failed, and runs again only after a retry: {known.Reason}"),
            _ => (PlannedState.Withdrawn, withdrawn ?? $"needed by no active sweep until a run{InSweeps(known)}"),
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

/// <summary>What a run would do with one trial.</summary>
/// <param name="Key">The trial's key; null while the digest of its images is unknown.</param>
/// <param name="Spec">The trial's settings.</param>
/// <param name="State">The trial's state in the ledger.</param>
/// <param name="Why">The reason, for people.</param>
/// <param name="EpochsLeft">The number of epochs to train; 0 for a finished or failed trial.</param>
/// <param name="Pace">The speed of similar trials; null when unknown.</param>
public sealed record PlannedTrial(
    TrialKey? Key, TrialSpec Spec, PlannedState State, string Why, int EpochsLeft, Pace? Pace);

/// <summary>The state of a planned trial in the ledger.</summary>
public enum PlannedState
{
    /// <summary>The trial has a result.</summary>
    Cached = 0,

    /// <summary>The trial trains now.</summary>
    Running = 1,

    /// <summary>The trial is submitted and waits.</summary>
    Waiting = 2,

    /// <summary>The trial failed, and is not retried automatically.</summary>
    Failed = 3,

    /// <summary>The trial was submitted, but no active sweep needs it.</summary>
    Withdrawn = 4,

    /// <summary>The ledger does not have the trial.</summary>
    Missing = 5,
}
