namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>What is done to a sweep. A trainer is started again by its silo, a silo by us.</summary>
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

    /// <summary>SIGKILL to a trainer, then to the silo as soon as it has started the next one, before that holds its lock.</summary>
    SiloKilledAfterSpawn,

    /// <summary>SIGKILL to the silo while a joined one waits to take its place.</summary>
    SiloTakenOver,

    /// <summary>SIGTERM to the silo.</summary>
    SiloTerminated,

    /// <summary>SIGTERM and SIGINT to the silo within a moment.</summary>
    SiloTerminatedTwice,
}
