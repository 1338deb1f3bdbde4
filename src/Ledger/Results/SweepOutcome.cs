using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>
/// The data of a report, from one snapshot: the table spec of a sweep's latest revision, and its trials.
/// </summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="Revision">The number of the latest revision.</param>
/// <param name="Table">The table to fill.</param>
/// <param name="Trials">The trials, in the grid's order.</param>
public sealed record SweepOutcome(string Name, int Revision, TableSpec Table, IReadOnlyList<TrialOutcome> Trials)
{
    /// <summary>The spec's YAML, as submitted.</summary>
    public string SpecText { get; init; } = "";
}

/// <summary>A trial with all values that reports show.</summary>
public sealed record TrialOutcome
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    /// <summary>The number of image classes; null until the trial has started.</summary>
    public int? Classes { get; init; }

    public required TrialState State { get; init; }

    /// <summary>Why the trial failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the trial reached its target; null until it is finished.</summary>
    public ConstraintOutcome? Constraint { get; init; }

    /// <summary>SHA-256 of the result's file; null until the trial is finished.</summary>
    public string? ResultSha256 { get; init; }

    /// <summary>The form of the result's JSON (<see cref="TrialResult.Form"/>); null when it is unknown.</summary>
    [JsonIgnore] // The form depends on the sbnn that wrote the result, not on the trial.
    public int? ResultForm { get; init; }

    /// <summary>SHA-256 of the best weights; null when there are none.</summary>
    [JsonIgnore] // Whether weights are kept depends on the run, not on the trial.
    public string? BestWeights { get; init; }

    /// <summary>SHA-256 of the last weights; null when the weights were not kept.</summary>
    [JsonIgnore]
    public string? LastWeights { get; init; }

    /// <summary>
    /// The epoch that the table reports (<see cref="AccuracyChoice"/>); null when the trial is unfinished, or when the
    /// epoch must be at the target and none is.
    /// </summary>
    public EpochMetrics? Reported { get; init; }

    /// <summary>The last epoch; null until the trial is finished.</summary>
    public EpochMetrics? Last { get; init; }

    /// <summary>
    /// The binary layers in forward order, at the reported epoch, or at the last epoch when none is reported; empty
    /// when the trial is unfinished.
    /// </summary>
    public IReadOnlyList<LayerRecord> Layers { get; init; } = [];

    /// <summary>The counts of every epoch, in order; empty until the trial is finished.</summary>
    [JsonIgnore] // The result's digest covers them.
    public IReadOnlyList<EpochScore> Epochs { get; init; } = [];

    /// <summary>
    /// The trial's attempts, first to last. They are for the manifest only, because tables must not depend on where and
    /// when a trial was trained.
    /// </summary>
    public IReadOnlyList<AttemptProvenance> Attempts { get; init; } = [];

    /// <summary>
    /// Whether a stopped training resumes to the same bytes on the device class of this trial; null when that is not
    /// known. If the last attempt has no preflight result, an earlier attempt on the same device class counts.
    /// </summary>
    public bool? IsResumeExact => Attempts.FindResumeCheck();

    /// <summary>
    /// The device class on which the trial was last trained, and the only one on which it resumes; null when unknown.
    /// </summary>
    public string? DeviceClass => Attempts.FindDeviceClass();

    /// <summary>
    /// True when the trial failed because its loss became NaN or infinite. Reports treat this as a result, because
    /// every attempt would end the same way.
    /// </summary>
    public bool HasDiverged => State == TrialState.Failed && Attempts is [.., { Ending: { } ending }]
        && ending == EnumWords.Of(AttemptEnding.Diverged);
}

/// <summary>The metrics of an epoch that tables show.</summary>
public sealed record EpochMetrics
{
    /// <summary>The number of the epoch: 1, 2, ….</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of test images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>The number of test images.</summary>
    public required int Total { get; init; }

    /// <summary>U, the number of binary weights that are 1.</summary>
    public required long Ones { get; init; }

    /// <summary>N, the number of binary weights.</summary>
    public required long Weights { get; init; }

    /// <summary>h(U/N), in bits per weight.</summary>
    public required double Entropy { get; init; }

    /// <summary>K₀ in [0, 1].</summary>
    public required double K0 { get; init; }

    /// <summary>K₁ in [0, 1].</summary>
    public required double K1 { get; init; }

    /// <summary>BOPs PR, a fraction; negative is a saving.</summary>
    public required double BopsPr { get; init; }

    /// <summary>BParams PR, a fraction; negative is a saving.</summary>
    public required double BParamsPr { get; init; }

    /// <summary>The number of binary layers.</summary>
    public required int Layers { get; init; }

    /// <summary>
    /// The number of binary layers whose weights all have the same value, so that all output channels of the layer are
    /// equal.
    /// </summary>
    public required int OneValuedLayers { get; init; }
}
