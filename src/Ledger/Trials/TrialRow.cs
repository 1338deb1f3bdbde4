using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>A trial's row in the ledger, with its current attempt.</summary>
public sealed record TrialRow
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    public required TrialState State { get; init; }

    /// <summary>The current attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>The node of the current attempt; null before the first.</summary>
    public NodeName? Node { get; init; }

    /// <summary>The number of attempts that count towards the limit of attempts.</summary>
    public required int Failures { get; init; }

    /// <summary>The end of a waiting trial's backoff; null: it may start immediately.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The limits of the sweep for which the trial runs.</summary>
    public required RunSpec Run { get; init; }

    /// <summary>True when an active sweep that needs the trial keeps its weights.</summary>
    public bool KeepsWeights { get; init; }

    /// <summary>The events of the current attempt up to this sequence number are recorded.</summary>
    public required long LastSequence { get; init; }

    /// <summary>True when the current attempt has written a checkpoint.</summary>
    public required bool HasProgressed { get; init; }

    /// <summary>The GPU of the current attempt; null on a CPU slot.</summary>
    public AttemptGpu? Gpu { get; init; }

    /// <summary>
    /// The kind of device on which the trial last ran out of memory, so that its next attempt gets such a device
    /// exclusively; <see cref="DeviceKind.Any"/> when the trial never ran out of memory.
    /// </summary>
    public DeviceKind RanOutOn { get; init; }

    /// <summary>
    /// The device class on which a waiting trial's latest checkpoint resumes exactly; null: no checkpoint.
    /// </summary>
    public string? ResumesOn { get; init; }

    /// <summary>The total time that the epochs of a waiting trial took; zero for other trials.</summary>
    public TimeSpan Trained { get; init; }

    /// <summary>The sweep for which the trial runs; null when no active sweep needs it.</summary>
    public string? Sweep { get; init; }

    /// <summary>The <c>traceparent</c> of the submission of <see cref="Sweep"/>.</summary>
    public string? SubmissionTrace { get; init; }

    /// <summary>The <c>traceparent</c> of the current attempt.</summary>
    public string? AttemptTrace { get; init; }

    /// <summary>When the current attempt started.</summary>
    public DateTimeOffset? AttemptStartedAt { get; init; }
}

/// <summary>The trials that wait for a slot or hold one, from one snapshot.</summary>
/// <param name="Waiting">The trials that wait for a slot, by sweep and grid order.</param>
/// <param name="Running">The trials that hold a slot, including those that no active sweep needs.</param>
public sealed record OpenTrials(IReadOnlyList<ScheduledTrial> Waiting, IReadOnlyList<RunningTrial> Running)
{
    /// <summary>The peak GPU memory of trial shapes, where it has been measured.</summary>
    public IReadOnlyList<ShapePeak> Peaks { get; init; } = [];
}

/// <summary>A trial that waits for a slot or holds one. The scheduler rebuilds its state from these records.</summary>
public sealed record ScheduledTrial
{
    public required TrialKey Key { get; init; }

    /// <summary>The sweep for which the trial runs; empty for a running trial that no active sweep needs.</summary>
    public required string Sweep { get; init; }

    public required int Priority { get; init; }

    /// <summary>The trial's position in the sweep's grid, from 0.</summary>
    public required int Order { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>
    /// The kind of device on which the trial last ran out of memory, so that its next attempt gets such a device
    /// exclusively; <see cref="DeviceKind.Any"/> when the trial never ran out of memory.
    /// </summary>
    public DeviceKind RanOutOn { get; init; }

    /// <summary>The trial's shape, which determines its GPU memory, as <see cref="TrialShape"/> writes it.</summary>
    public string Shape { get; init; } = "";

    /// <summary>The kind of device that the sweep's limits allow.</summary>
    public DeviceKind Device { get; init; }

    /// <summary>The GPU memory that the sweep's limits state, in MiB; 0 when they state none.</summary>
    public int MemoryMiB { get; init; }

    /// <summary>True when the sweep's limits give each trial a device of its own.</summary>
    public bool Exclusive { get; init; }

    /// <summary>True when the trial does not share its device with other trials.</summary>
    public bool RunsAlone => Exclusive || RanOutOn != DeviceKind.Any;

    /// <summary>
    /// The device class on which a waiting trial's latest checkpoint resumes exactly; null: no checkpoint.
    /// </summary>
    public string? ResumesOn { get; init; }

    /// <summary>The total time that the epochs of a waiting trial took; zero for other trials.</summary>
    public TimeSpan Trained { get; init; }

    /// <summary>The digest of the trial's images; empty when unknown.</summary>
    public string Images { get; init; } = "";

    /// <summary>The number of the latest attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>
    /// How long the trainer may be silent before it counts as hung, by the sweep's limits; zero: there is no limit.
    /// </summary>
    public TimeSpan HangAfter { get; init; }
}

/// <summary>A running trial and its slot.</summary>
public sealed record RunningTrial
{
    public required ScheduledTrial Trial { get; init; }

    /// <summary>False when no active sweep needs the trial, so that it must stop.</summary>
    public required bool IsNeeded { get; init; }

    public required NodeName Node { get; init; }

    public required int Slot { get; init; }

    /// <summary>The UUID of the slot's GPU; null: a CPU slot.</summary>
    public string? Gpu { get; init; }
}
