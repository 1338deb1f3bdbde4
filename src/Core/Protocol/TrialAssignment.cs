using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>A trainer's input (<c>trial.json</c>): the trial, the attempt's number, and where and how to run.</summary>
public sealed record TrialAssignment
{
    /// <summary>The trial's key.</summary>
    public required TrialKey Trial { get; init; }

    /// <summary>The attempt's number: 1, 2, …. Reports of older attempts are ignored.</summary>
    public required int Attempt { get; init; }

    /// <summary>What to train.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>
    /// Threads for torch's CPU operations, at least 1. Part of the device class, because another count gives other
    /// bits.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>A torch device: "cpu", "cuda".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// The GPU that <see cref="Device"/> means, as the node knows it; null on the CPU, or when the node knows nothing
    /// about it.
    /// </summary>
    public GpuFacts? Gpu { get; init; }

    /// <summary>The folder where image folders are looked up by name, and where prepared datasets are cached.</summary>
    public required string DataRoot { get; init; }

    /// <summary>
    /// How long the lease may stay unchanged before the trainer writes a checkpoint and exits; zero for no limit, as in
    /// a run by hand.
    /// </summary>
    [JsonPropertyName("leaseGraceSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan LeaseGrace { get; init; }

    /// <summary>
    /// The time between checkpoints within an epoch; zero for none. A checkpoint is also written at the end of an
    /// attempt's first epoch, and at the end of a later epoch unless the last checkpoint is younger than this time or
    /// ten seconds.
    /// </summary>
    [JsonPropertyName("checkpointEverySeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// True when the resume check of this kind of trial must run first, unless it was already made on this device
    /// class.
    /// </summary>
    public bool Preflight { get; init; }

    /// <summary>
    /// True when a trainer whose result does not fit on a full disk waits for room; false when it crashes.
    /// </summary>
    public bool WaitsForRoom { get; init; } = true;

    /// <summary>
    /// The number of steps after which the trainer writes a checkpoint and exits, as if it was asked to stop; the
    /// resume check interrupts a training this way. 0 for no limit.
    /// </summary>
    public int LeaveAfterSteps { get; init; }
}
