using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>
/// All that a report is made of, at one moment: the table that a sweep's latest revision asks for, and its trials.
/// </summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="Revision">The latest revision.</param>
/// <param name="Table">The table to fill.</param>
/// <param name="Trials">The trials, in the order of the grid.</param>
public sealed record SweepOutcome(string Name, int Revision, TableSpec Table, IReadOnlyList<TrialOutcome> Trials)
{
    /// <summary>The revision's YAML, as submitted.</summary>
    public string SpecText { get; init; } = "";
}

/// <summary>A trial as reports see it.</summary>
public sealed record TrialOutcome
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    /// <summary>Classes of its images; null until it has started.</summary>
    public int? Classes { get; init; }

    public required TrialState State { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>How it stood to its target; null until it is finished.</summary>
    public ConstraintOutcome? Constraint { get; init; }

    /// <summary>SHA-256 of the result's file; null until it is finished.</summary>
    public string? ResultSha256 { get; init; }

    /// <summary>
    /// The epoch that the table reports (<see cref="AccuracyChoice"/>); null when unfinished, or when it would have to
    /// be at the target and none is.
    /// </summary>
    public EpochMetrics? Reported { get; init; }

    /// <summary>The last epoch; null until it is finished.</summary>
    public EpochMetrics? Last { get; init; }

    /// <summary>
    /// Its binary layers in forward order, at the epoch that the table reports, or at the last one where it reports
    /// none; empty when unfinished.
    /// </summary>
    public IReadOnlyList<LayerRecord> Layers { get; init; } = [];

    /// <summary>The counts of every epoch, in order; empty until the trial is finished.</summary>
    public IReadOnlyList<EpochScore> Epochs { get; init; } = [];

    /// <summary>Where and when it was tried, first to last: for the manifest only, never for a table.</summary>
    public IReadOnlyList<AttemptProvenance> Attempts { get; init; } = [];

    /// <summary>
    /// Whether a stopped training resumes to the same bytes where this one was trained; null when that is not known.
    /// What an attempt could not find out, an earlier one on the same device class may have.
    /// </summary>
    public bool? IsResumeExact => Attempts is [.., { } last]
        ? Attempts.LastOrDefault(attempt => attempt.IsResumeExact is not null
            && attempt.DeviceClass == last.DeviceClass)?.IsResumeExact
        : null;

    /// <summary>
    /// The device class on which it was last trained: a trial resumes on no other. Null when it is not known.
    /// </summary>
    public string? DeviceClass =>
        Attempts.LastOrDefault(static attempt => attempt.DeviceClass is not null)?.DeviceClass;

    /// <summary>
    /// True when it failed because its loss became NaN or infinite: as much a finding as a result, for every attempt
    /// would.
    /// </summary>
    public bool HasDiverged => State == TrialState.Failed && Attempts is [.., { Ending: { } ending }]
        && ending == EnumWords.Of(AttemptEnding.Diverged);
}

/// <summary>What tables show of an epoch.</summary>
public sealed record EpochMetrics
{
    /// <summary>Epochs trained.</summary>
    public required int Epoch { get; init; }

    /// <summary>Test images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>Test images.</summary>
    public required int Total { get; init; }

    /// <summary>U.</summary>
    public required long Ones { get; init; }

    /// <summary>N.</summary>
    public required long Weights { get; init; }

    /// <summary>h(U/N), bits a weight.</summary>
    public required double Entropy { get; init; }

    /// <summary>K₀ in [0, 1].</summary>
    public required double K0 { get; init; }

    /// <summary>K₁ in [0, 1].</summary>
    public required double K1 { get; init; }

    /// <summary>BOPs PR, a fraction; negative is a saving.</summary>
    public required double BopsPr { get; init; }

    /// <summary>BParams PR, a fraction; negative is a saving.</summary>
    public required double BParamsPr { get; init; }

    /// <summary>Binary layers.</summary>
    public required int Layers { get; init; }

    /// <summary>
    /// Binary layers whose weights all hold one value: they compute the same for every output channel.
    /// </summary>
    public required int OneValuedLayers { get; init; }
}

/// <summary>Where and when an attempt ran, and how it ended.</summary>
public sealed record AttemptProvenance
{
    /// <summary>1, 2, ….</summary>
    public required int Attempt { get; init; }

    public required NodeName Node { get; init; }

    /// <summary>Its device class, once it started.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>When it was given its slot.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it ended (a word of <see cref="AttemptEnding"/>); null while it runs.</summary>
    public string? Ending { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>Epochs that its checkpoint had; null when it began at the start.</summary>
    public int? ResumedAtEpoch { get; init; }

    /// <summary>Why a checkpoint that was there was not used, if so.</summary>
    public string? StartedAfresh { get; init; }

    /// <summary>
    /// The short trial whose preflight stands for this one on its device class; null when there was none.
    /// </summary>
    public TrialKey? Preflight { get; init; }

    /// <summary>What that preflight found: whether a stopped training resumes to the same bytes.</summary>
    public bool? IsResumeExact { get; init; }

    /// <summary>What it compared, in a sentence.</summary>
    public string? PreflightDetail { get; init; }
}
