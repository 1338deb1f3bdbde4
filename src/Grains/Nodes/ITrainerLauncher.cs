using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>Starts and finds trainer processes on this node. Tests replace this interface with a fake.</summary>
public interface ITrainerLauncher
{
    /// <summary>What this node offers now.</summary>
    NodeOffer Offer { get; }

    /// <summary>
    /// Digests of images that this node lacks and could not fetch recently. Trials that need them go to other nodes.
    /// </summary>
    IReadOnlyList<string> LackedImages => [];

    /// <summary>
    /// Makes sure that a trainer runs the attempt. Adopts a trainer that is still running, finds one that has ended, or
    /// starts a new one from the last intact checkpoint of an earlier attempt. <paramref name="changed"/> is called, on
    /// any thread, when the trainer ends. When the disk is full, throws an exception that <see
    /// cref="DurableFile.IsDiskFull"/> recognises.
    /// </summary>
    Task<ITrainer> LaunchAsync(TrainerOrder order, Action changed, CancellationToken cancellation);

    /// <summary>
    /// Finds the attempt's trainer without starting one. The trainer may be running or have ended. If it has not begun
    /// yet, it never will. Null when this node never had a trainer for the attempt.
    /// </summary>
    Task<ITrainer?> FindAsync(AttemptId attempt, CancellationToken cancellation);
}

/// <summary>A trainer process, running or ended.</summary>
public interface ITrainer : IAsyncDisposable
{
    /// <summary>
    /// Reads the complete events in the attempt's folder whose sequence numbers are greater than
    /// <paramref name="after"/>, in order.
    /// </summary>
    IReadOnlyList<TrainerEvent> ReadEvents(long after);

    /// <summary>
    /// Returns how the trainer ended; null while the trainer, or a process that it started, exists. Once it returns an
    /// end, all the trainer's events are readable. The node calls this method repeatedly while the trainer runs; a call
    /// also kills a trainer that has shown no sign of life for <see cref="HangAfter"/>.
    /// </summary>
    AttemptEnd? FindEnd();

    /// <summary>How long the trainer may show no sign of life before it is killed; zero: without limit.</summary>
    TimeSpan HangAfter { set; }

    /// <summary>What the node measured on the trainer's GPU; null on a CPU slot.</summary>
    GpuUse? Gpu => null;

    /// <summary>Shows the trainer that its node is alive.</summary>
    void RenewLease();

    /// <summary>
    /// Asks the trainer to write a checkpoint and exit; kills it when it has not exited in time. The call may be
    /// repeated.
    /// </summary>
    void Stop();

    /// <summary>
    /// Removes this node's checkpoints of all attempts at the trial, and half-written files, because the trial's result
    /// is committed.
    /// </summary>
    void Prune();
}
