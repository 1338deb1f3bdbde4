using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// What a trainer is told (<c>trial.json</c>): the trial, which attempt this is, and where and how to run here.
/// </summary>
public sealed record TrialAssignment
{
    /// <summary>The trial's key.</summary>
    public required TrialKey Trial { get; init; }

    /// <summary>1, 2, …: the fence. Whatever an older attempt reports is ignored.</summary>
    public required int Attempt { get; init; }

    /// <summary>What to train.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>
    /// Threads for torch's CPU operations, at least 1. Part of the device class: other counts give other bits.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>A torch device: "cpu", "cuda".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// The GPU that <see cref="Device"/> is, as the node knows it; null on the CPU, or when nothing is known of it.
    /// </summary>
    public GpuFacts? Gpu { get; init; }

    /// <summary>Where image folders are looked up by name, and where prepared datasets are cached.</summary>
    public required string DataRoot { get; init; }

    /// <summary>
    /// The time after which an unchanged lease makes the trainer write a checkpoint and leave; zero: never (a run by
    /// hand).
    /// </summary>
    [JsonPropertyName("leaseGraceSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan LeaseGrace { get; init; }

    /// <summary>
    /// The time between checkpoints within an epoch. Zero: only at epochs' ends, where one is written anyway: at the
    /// first one of an attempt, and unless another was written less than this time, or ten seconds, before.
    /// </summary>
    [JsonPropertyName("checkpointEverySeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether the resume preflight of its kind comes first, where none has been made on this device class.
    /// </summary>
    public bool Preflight { get; init; }

    /// <summary>Whether a trainer for whose result a full disk has no room waits for some; else it crashes.</summary>
    public bool WaitsForRoom { get; init; } = true;

    /// <summary>
    /// Steps after which it leaves, with a checkpoint, as if asked to stop: how a preflight interrupts a training. 0:
    /// never.
    /// </summary>
    public int LeaveAfterSteps { get; init; }
}
