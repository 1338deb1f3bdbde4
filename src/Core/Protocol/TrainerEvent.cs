using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// A line of <c>events.ndjson</c>. Sequences count from 1 without a gap within an attempt; (trial, attempt, sequence)
/// is an event's identity, so delivering one twice changes nothing. Events serve the live display; the result serves
/// the tables.
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
    /// <summary>1, 2, 3, … within the attempt.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the trainer wrote it. Display only: no decision rests on a node's clock.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>The trainer does, or waits for, something that takes its time before it can train.</summary>
public sealed record TrialPreparing : TrainerEvent
{
    /// <summary>What, in words for people that go on after "starting: ".</summary>
    public required string Doing { get; init; }
}

/// <summary>
/// What the resume preflight of this kind of trial found on this device class, now or earlier. Not there when no
/// preflight could be made.
/// </summary>
public sealed record ResumeChecked : TrainerEvent
{
    /// <summary>The device class on which it was made.</summary>
    public required string DeviceClass { get; init; }

    /// <summary>The key of the short trial that was trained for it: trials of one kind share it.</summary>
    public required TrialKey Preflight { get; init; }

    /// <summary>That short trial.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>True when the short trial, stopped and gone on, ended with the bytes of an undisturbed one.</summary>
    public required bool IsExact { get; init; }

    /// <summary>What was compared, in a sentence.</summary>
    public required string Detail { get; init; }
}

/// <summary>The trainer holds its lock, has its images and network, and is about to train.</summary>
public sealed record TrialStarted : TrainerEvent
{
    /// <summary>
    /// What a bit-exact resume needs to stay on: device or CPU model, instruction set, threads, torch build.
    /// </summary>
    public required string DeviceClass { get; init; }

    /// <summary>Steps in one epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>
    /// Classes of the images: what the linear layer's operations depend on. Null from a trainer that did not say.
    /// </summary>
    public int? Classes { get; init; }

    /// <summary>Epochs that the checkpoint it goes on from had finished; null when it starts afresh.</summary>
    public int? ResumedAtEpoch { get; init; }

    /// <summary>Why a checkpoint that was there is not used (another device class, torn), if so.</summary>
    public string? StartedAfreshBecause { get; init; }
}

/// <summary>An epoch is trained and evaluated.</summary>
public sealed record EpochCompleted : TrainerEvent
{
    /// <summary>The epoch's figures.</summary>
    public required EpochRecord Epoch { get; init; }

    /// <summary>Wall-clock seconds of training and evaluation together, in this process.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training images a second, without evaluation.</summary>
    public required double ImagesPerSecond { get; init; }
}

/// <summary>A checkpoint is durably in place.</summary>
public sealed record CheckpointWritten : TrainerEvent
{
    /// <summary>Finished epochs.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps done in the epoch after those.</summary>
    public required int Step { get; init; }
}

/// <summary>All epochs are trained and <c>result.json</c> is in place.</summary>
public sealed record TrialCompleted : TrainerEvent;

/// <summary>The trainer gives up, and knows why.</summary>
public sealed record TrialFailed : TrainerEvent
{
    /// <summary>Why.</summary>
    public required AttemptEnding Ending { get; init; }

    /// <summary>The reason in a sentence for people.</summary>
    public required string Reason { get; init; }
}
