using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>Starts and finds trainer processes on this node: the seam at which tests put a fake.</summary>
public interface ITrainerLauncher
{
    /// <summary>What this node offers now.</summary>
    NodeOffer Offer { get; }

    /// <summary>
    /// Digests of images that are not here and could not be fetched lately. Trials of them go to other nodes.
    /// </summary>
    IReadOnlyList<string> LackedImages => [];

    /// <summary>
    /// Makes the attempt run: finds it running from before (adopts it), finds that it has ended, or starts it, from the
    /// last intact checkpoint of an earlier attempt where there is one. <paramref name="changed"/> is called, on any
    /// thread, when it ends. Throws what
    /// <see cref="DurableFile.IsDiskFull"/> knows when there is no room for it.
    /// </summary>
    Task<ITrainer> LaunchAsync(TrainerOrder order, Action changed, CancellationToken cancellation);

    /// <summary>
    /// Finds the attempt's trainer, running, ended, or not begun (then it never begins), and starts none: null when
    /// there was never one here.
    /// </summary>
    Task<ITrainer?> FindAsync(AttemptId attempt, CancellationToken cancellation);
}

/// <summary>A trainer process, running or ended.</summary>
public interface ITrainer : IAsyncDisposable
{
    /// <summary>All complete events in its folder after a sequence, in order.</summary>
    IReadOnlyList<TrainerEvent> ReadEvents(long after);

    /// <summary>
    /// How it ended; null while it, or a process that it started, is there. Once given, all its events are readable.
    /// Asked again and again while it runs, this is also what ends a trainer that shows no sign of life for
    /// <see cref="HangAfter"/>.
    /// </summary>
    AttemptEnd? FindEnd();

    /// <summary>How long it may show no sign of life before it is ended by force; zero: for ever.</summary>
    TimeSpan HangAfter { set; }

    /// <summary>What was seen of its GPU; null on a CPU slot.</summary>
    GpuUse? Gpu => null;

    /// <summary>Shows the trainer that its node is alive.</summary>
    void RenewLease();

    /// <summary>
    /// Asks it to write a checkpoint and leave; ends it by force when it has not left in time. May be repeated.
    /// </summary>
    void Stop();

    /// <summary>
    /// Removes the checkpoints of all attempts at its trial that are here, and what was left half written: the trial's
    /// result is committed.
    /// </summary>
    void Prune();
}
