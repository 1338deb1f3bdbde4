using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>A trial as the ledger has it, with its current attempt.</summary>
public sealed record TrialRow
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    public required TrialState State { get; init; }

    /// <summary>The current attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>The node of the current attempt; null before the first.</summary>
    public NodeName? Node { get; init; }

    /// <summary>Attempts that count towards the limit.</summary>
    public required int Failures { get; init; }

    /// <summary>A waiting trial's backoff ends here; null: it may go at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The limits of the sweep that wants it.</summary>
    public required RunSpec Run { get; init; }

    /// <summary>Events of the current attempt up to this sequence are recorded.</summary>
    public required long LastSequence { get; init; }

    /// <summary>The current attempt has written a checkpoint of its own.</summary>
    public required bool HasProgressed { get; init; }

    /// <summary>The GPU of the current attempt; null on a CPU slot.</summary>
    public AttemptGpu? Gpu { get; init; }

    /// <summary>
    /// The kind of device on which it last ran out of memory: it gets one for itself; any: it never did.
    /// </summary>
    public DeviceKind RanOutOn { get; init; }

    /// <summary>The device class on which its latest checkpoint resumes exactly; null: it has none.</summary>
    public string? ResumesOn { get; init; }

    /// <summary>How long its epochs so far took.</summary>
    public TimeSpan Trained { get; init; }

    /// <summary>The sweep that wants it; null: none does.</summary>
    public string? Sweep { get; init; }

    /// <summary>The <c>traceparent</c> of that sweep's submission.</summary>
    public string? SubmissionTrace { get; init; }

    /// <summary>The <c>traceparent</c> of the current attempt.</summary>
    public string? AttemptTrace { get; init; }

    /// <summary>When the current attempt started.</summary>
    public DateTimeOffset? AttemptStartedAt { get; init; }
}

/// <summary>The trials that are neither settled nor unwanted, at one moment.</summary>
/// <param name="Waiting">Those that want a slot, by sweep and grid order.</param>
/// <param name="Running">Those that hold one, wanted or not.</param>
public sealed record OpenTrials(IReadOnlyList<ScheduledTrial> Waiting, IReadOnlyList<RunningTrial> Running)
{
    /// <summary>How much GPU memory trials take, as far as it is known.</summary>
    public IReadOnlyList<ShapePeak> Peaks { get; init; } = [];
}

/// <summary>A trial that waits for a slot, or holds one: what the scheduler rebuilds its memory from.</summary>
public sealed record ScheduledTrial
{
    public required TrialKey Key { get; init; }

    /// <summary>The sweep on whose behalf it runs; empty for a running trial that no active sweep wants.</summary>
    public required string Sweep { get; init; }

    public required int Priority { get; init; }

    /// <summary>Its place within the sweep.</summary>
    public required int Order { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>
    /// The kind of device on which it last ran out of memory: it gets one for itself; any: it never did.
    /// </summary>
    public DeviceKind RanOutOn { get; init; }

    /// <summary>What decides how much GPU memory it takes, as <see cref="TrialShape"/> writes it.</summary>
    public string Shape { get; init; } = "";

    /// <summary>The kinds of device that it may run on, by the limits of that sweep.</summary>
    public DeviceKind Device { get; init; }

    /// <summary>GPU memory that it needs by those limits; 0: no word of it.</summary>
    public int MemoryMiB { get; init; }

    /// <summary>Whether it has its device for itself, by those limits.</summary>
    public bool Exclusive { get; init; }

    /// <summary>True when it shares its device with no other trial.</summary>
    public bool RunsAlone => Exclusive || RanOutOn != DeviceKind.Any;

    /// <summary>The device class on which its latest checkpoint resumes exactly; null: it has none.</summary>
    public string? ResumesOn { get; init; }

    /// <summary>How long its epochs so far took.</summary>
    public TimeSpan Trained { get; init; }

    /// <summary>The digest of its images; empty when it is not known.</summary>
    public string Images { get; init; } = "";

    /// <summary>The last committed attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>How long its trainer may show no sign of life, by the limits of that sweep; zero: for ever.</summary>
    public TimeSpan HangAfter { get; init; }
}

/// <summary>A trial on a slot.</summary>
public sealed record RunningTrial
{
    public required ScheduledTrial Trial { get; init; }

    /// <summary>False when no active sweep wants it (any more): it is to stop.</summary>
    public required bool IsNeeded { get; init; }

    public required NodeName Node { get; init; }

    public required int Slot { get; init; }

    /// <summary>The UUID of the GPU that the slot is of; null: a CPU slot.</summary>
    public string? Gpu { get; init; }
}
