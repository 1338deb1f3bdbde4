using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The input of a trainer (<c>trial.json</c>): the trial, the attempt's number, the device and the limits of the run.
/// </summary>
public sealed record TrialAssignment
{
    /// <summary>The trial's key.</summary>
    public required TrialKey Trial { get; init; }

    /// <summary>The attempt's number: 1, 2, …. Reports of earlier attempts of the trial are ignored.</summary>
    public required int Attempt { get; init; }

    /// <summary>The settings of the trial.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>
    /// The number of threads of torch's CPU operations, at least 1. It is part of the device class, because another
    /// number of threads changes the result's bits.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>The torch device: "cpu" or "cuda".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The node's data about the GPU on which to train; null on the CPU, or when the node has none.</summary>
    public GpuFacts? Gpu { get; init; }

    /// <summary>The folder where image folders are looked up by name, and where prepared datasets are cached.</summary>
    public required string DataRoot { get; init; }

    /// <summary>
    /// How long the lease may stay unchanged before the trainer writes a checkpoint and exits; zero for no limit, as in
    /// a training that a user starts without a node.
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
    /// True when the trainer must check, before training, whether resuming is exact for this kind of trial on this
    /// device class, unless this check was already made.
    /// </summary>
    public bool Preflight { get; init; }

    /// <summary>
    /// True when the trainer writes its best and its last weights before the result (<see cref="KeptWeights"/>).
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepsWeights { get; init; }

    /// <summary>
    /// True when the trainer waits for disk space if the disk is too full for its result; false when it exits with an
    /// error instead.
    /// </summary>
    public bool WaitsForRoom { get; init; } = true;

    /// <summary>
    /// The number of steps after which the trainer writes a checkpoint and exits, as after SIGTERM. The resume check
    /// interrupts its training this way. 0 for no limit.
    /// </summary>
    public int LeaveAfterSteps { get; init; }
}
