namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// What is done to a sweep. A trainer is started again by its silo, a silo, a head and a node by us. What comes later
/// in a cluster comes after a random time around a node's lease, while other faults go on.
/// </summary>
internal enum Fault
{
    /// <summary>SIGKILL to a trainer.</summary>
    TrainerKilled,

    /// <summary>SIGTERM to a trainer.</summary>
    TrainerTerminated,

    /// <summary>SIGKILL to a trainer, and to the next one before it holds its lock.</summary>
    TrainerKilledAtStart,

    /// <summary>SIGSTOP to a trainer, and SIGCONT when others have gone on. Not counted as a kill.</summary>
    TrainerFrozen,

    /// <summary>SIGKILL to a trainer, and its newest checkpoint cut in half.</summary>
    CheckpointTorn,

    /// <summary>Another process holds the ledger's write lock for a while. Not counted as a kill.</summary>
    LedgerLocked,

    /// <summary>SIGKILL to the silo.</summary>
    SiloKilled,

    /// <summary>SIGKILL to the silo; its trainers go on for a while without one.</summary>
    SiloAway,

    /// <summary>SIGKILL to the silo, then to one of its trainers, while nobody watches.</summary>
    SiloThenTrainerKilled,

    /// <summary>SIGKILL to the silo, and to the next one as soon as it is the head.</summary>
    SiloKilledAtStart,

    /// <summary>
    /// SIGKILL to a trainer, then to the silo as soon as it has started the next one, before that holds its lock.
    /// </summary>
    SiloKilledAfterSpawn,

    /// <summary>SIGKILL to the silo while a joined one waits to take its place.</summary>
    SiloTakenOver,

    /// <summary>SIGTERM to the silo.</summary>
    SiloTerminated,

    /// <summary>SIGTERM and SIGINT to the silo within a moment.</summary>
    SiloTerminatedTwice,

    /// <summary>SIGKILL to a cluster's head, which is started again at once.</summary>
    HeadKilled,

    /// <summary>SIGKILL to the head; the next one comes later.</summary>
    HeadAway,

    /// <summary>SIGTERM to the head; the nodes' trainers are not to notice.</summary>
    HeadTerminated,

    /// <summary>SIGSTOP to the head, and SIGCONT later. Not counted as a kill.</summary>
    HeadFrozen,

    /// <summary>SIGKILL to a node, which is started again at once and adopts its trainers.</summary>
    NodeKilled,

    /// <summary>
    /// SIGKILL to a node, which comes back later: its trainers train without it for a while, and leave.
    /// </summary>
    NodeAway,

    /// <summary>SIGKILL to a node and all its trainers; it comes back later.</summary>
    NodeAndTrainersKilled,

    /// <summary>SIGTERM to a node, which comes back later.</summary>
    NodeTerminated,

    /// <summary>SIGSTOP to a node, and SIGCONT later. Not counted as a kill.</summary>
    NodeFrozen,

    /// <summary>The link of a node goes down, and up later.</summary>
    LinkDown,

    /// <summary>All that a node sends and is sent vanishes for a while; no side sees its link go down.</summary>
    LinkSilent,
}
