using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// A line of <c>events.ndjson</c>. Sequence numbers count from 1 without gaps within an attempt. (Trial, attempt,
/// sequence) identifies an event, so delivering an event twice changes nothing. The live display uses the events; the
/// tables use the result.
/// </summary>
[JsonDerivedType(typeof(TrialPreparing), "preparing")]
[JsonDerivedType(typeof(ResumeChecked), "resume-checked")]
[JsonDerivedType(typeof(TrialStarted), "started")]
[JsonDerivedType(typeof(EpochCompleted), "epoch")]
[JsonDerivedType(typeof(CheckpointWritten), "checkpoint")]
[JsonDerivedType(typeof(TrialCompleted), "finished")]
[JsonDerivedType(typeof(TrialFailed), "failed")]
public abstract record TrainerEvent
{
    /// <summary>The event's number within the attempt: 1, 2, 3, ….</summary>
    public required long Sequence { get; init; }

    /// <summary>
    /// The time at which the trainer wrote the event. For display only: no decision depends on a node's clock.
    /// </summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>The trainer performs, or waits for, a slow step before it can train.</summary>
public sealed record TrialPreparing : TrainerEvent
{
    /// <summary>What the trainer is doing, as text after "starting: ".</summary>
    public required string Doing { get; init; }
}

/// <summary>
/// The outcome of the resume check of this kind of trial on this device class, found now or earlier. A trainer that
/// could not make the check does not write this event.
/// </summary>
public sealed record ResumeChecked : TrainerEvent
{
    /// <summary>The device class on which the check was made.</summary>
    public required string DeviceClass { get; init; }

    /// <summary>The key of the short trial that was trained for the check. All trials of one kind share it.</summary>
    public required TrialKey Preflight { get; init; }

    /// <summary>The short trial's settings.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>
    /// True when the short trial had the same result, byte for byte, with and without a stop and a resume.
    /// </summary>
    public required bool IsExact { get; init; }

    /// <summary>A sentence that says what was compared.</summary>
    public required string Detail { get; init; }
}

/// <summary>The trainer holds its lock, has loaded images and network, and is about to train.</summary>
public sealed record TrialStarted : TrainerEvent
{
    /// <summary>
    /// The properties that must stay the same for a bit-exact resume: device or CPU model, instruction set, threads,
    /// torch build.
    /// </summary>
    public required string DeviceClass { get; init; }

    /// <summary>The number of steps in one epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>
    /// The number of classes, which determines the operations of the last layer. Null in events of trainers that did
    /// not report it yet.
    /// </summary>
    public int? Classes { get; init; }

    /// <summary>
    /// The number of finished epochs in the checkpoint from which the trainer resumes; null when the training starts
    /// from the beginning.
    /// </summary>
    public int? ResumedAtEpoch { get; init; }

    /// <summary>
    /// The reason why the training starts from the beginning although a checkpoint exists (another device class, an
    /// incomplete file); null otherwise.
    /// </summary>
    public string? StartedAfreshBecause { get; init; }

    /// <summary>
    /// The software and the machine of the trainer; null in events of trainers that did not report them yet.
    /// </summary>
    public TrainerFacts? Trainer { get; init; }
}

/// <summary>An epoch was trained and evaluated.</summary>
public sealed record EpochCompleted : TrainerEvent
{
    /// <summary>The epoch's metrics.</summary>
    public required EpochRecord Epoch { get; init; }

    /// <summary>Wall-clock seconds of training and evaluation together, in this process.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training images per second, without the evaluation.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>The peak memory of the trainer's process so far, in MiB; null when it is unknown.</summary>
    public int? PeakMemoryMiB { get; init; }
}

/// <summary>A checkpoint was written durably.</summary>
public sealed record CheckpointWritten : TrainerEvent
{
    /// <summary>The number of finished epochs.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of steps already done in the unfinished epoch.</summary>
    public required int Step { get; init; }
}

/// <summary>All epochs were trained and <c>result.json</c> was written.</summary>
public sealed record TrialCompleted : TrainerEvent;

/// <summary>The trainer stops before the result is written, and reports the reason.</summary>
public sealed record TrialFailed : TrainerEvent
{
    /// <summary>How the attempt ended.</summary>
    public required AttemptEnding Ending { get; init; }

    /// <summary>The reason as a sentence.</summary>
    public required string Reason { get; init; }
}
