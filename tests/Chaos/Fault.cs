namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// A fault that is injected into a sweep. The silo restarts trainers; this program restarts silos, heads and nodes. In
/// a cluster "later" means after a random time around a node's lease, during which other faults are injected.
/// </summary>
internal enum Fault
{
    /// <summary>SIGKILL to a trainer.</summary>
    TrainerKilled,

    /// <summary>SIGTERM to a trainer.</summary>
    TrainerTerminated,

    /// <summary>SIGKILL to a trainer, and to its replacement before the replacement holds the lock.</summary>
    TrainerKilledAtStart,

    /// <summary>
    /// SIGSTOP to a trainer, and SIGCONT after other trainers have made progress. Not counted as a kill.
    /// </summary>
    TrainerFrozen,

    /// <summary>SIGKILL to a trainer; its newest checkpoint is cut in half.</summary>
    CheckpointTorn,

    /// <summary>Another process holds the ledger's write lock for a while. Not counted as a kill.</summary>
    LedgerLocked,

    /// <summary>SIGKILL to the silo.</summary>
    SiloKilled,

    /// <summary>SIGKILL to the silo; its trainers continue for a while without one.</summary>
    SiloAway,

    /// <summary>SIGKILL to the silo, then to one of its trainers while no silo watches it.</summary>
    SiloThenTrainerKilled,

    /// <summary>SIGKILL to the silo, and to its replacement as soon as that is the head.</summary>
    SiloKilledAtStart,

    /// <summary>
    /// SIGKILL to a trainer, then to the silo as soon as it has started the next trainer, before that trainer holds its
    /// lock.
    /// </summary>
    SiloKilledAfterSpawn,

    /// <summary>SIGKILL to the silo while a joined <c>sbnn run</c> waits to replace it.</summary>
    SiloTakenOver,

    /// <summary>SIGTERM to the silo.</summary>
    SiloTerminated,

    /// <summary>SIGTERM and immediately SIGINT to the silo.</summary>
    SiloTerminatedTwice,

    /// <summary>SIGKILL to a cluster's head, which is restarted immediately.</summary>
    HeadKilled,

    /// <summary>SIGKILL to the head, which is restarted later.</summary>
    HeadAway,

    /// <summary>SIGTERM to the head; the nodes' trainers must not be affected.</summary>
    HeadTerminated,

    /// <summary>SIGSTOP to the head, and SIGCONT later. Not counted as a kill.</summary>
    HeadFrozen,

    /// <summary>SIGKILL to a node, which restarts immediately and takes over its trainers, which still run.</summary>
    NodeKilled,

    /// <summary>
    /// SIGKILL to a node, which is restarted later. Its trainers continue for the grace period and then exit.
    /// </summary>
    NodeAway,

    /// <summary>SIGKILL to a node and all its trainers; the node is restarted later.</summary>
    NodeAndTrainersKilled,

    /// <summary>SIGTERM to a node, which is restarted later.</summary>
    NodeTerminated,

    /// <summary>SIGSTOP to a node, and SIGCONT later. Not counted as a kill.</summary>
    NodeFrozen,

    /// <summary>The link of a node goes down, and up again later.</summary>
    LinkDown,

    /// <summary>All traffic of a node is dropped for a while, although both sides see their links as up.</summary>
    LinkSilent,
}
