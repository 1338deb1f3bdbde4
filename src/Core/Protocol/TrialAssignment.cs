using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>What a trainer is told (<c>trial.json</c>): the trial, which attempt this is, and where and how to run here.</summary>
public sealed record TrialAssignment
{
    /// <summary>The trial's key.</summary>
    public required TrialKey Trial { get; init; }

    /// <summary>1, 2, …: the fence. Whatever an older attempt reports is ignored.</summary>
    public required int Attempt { get; init; }

    /// <summary>What to train.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>Threads for torch's CPU operations, at least 1. Part of the device class: other counts give other bits.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>A torch device: "cpu", "cuda".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Where image folders are looked up by name, and where prepared datasets are cached.</summary>
    public required string DataRoot { get; init; }

    /// <summary>Seconds after which an unchanged lease makes the trainer write a checkpoint and leave; 0: never (a run by hand).</summary>
    public double LeaseGraceSeconds { get; init; }

    /// <summary>Seconds between checkpoints within an epoch; one is written at each epoch's end anyway. 0: only those.</summary>
    public double CheckpointEverySeconds { get; init; } = 300;

    /// <summary>Whether the resume preflight of its kind comes first, where none has been made on this device class.</summary>
    public bool Preflight { get; init; }

    /// <summary>Whether a trainer for whose result a full disk has no room waits for some; else it crashes.</summary>
    public bool WaitsForRoom { get; init; } = true;

    /// <summary>Steps after which it leaves, with a checkpoint, as if asked to stop: how a preflight interrupts a training. 0: never.</summary>
    public int LeaveAfterSteps { get; init; }
}
