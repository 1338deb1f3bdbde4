namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>The trainer's exit codes.</summary>
public static class TrainerExit
{
    /// <summary>The result was written.</summary>
    public const int Completed = 0;

    /// <summary>An unexpected error; the end of standard error describes it.</summary>
    public const int Crashed = 1;

    /// <summary>Bad input: trial.json, data or settings.</summary>
    public const int BadInput = 2;

    /// <summary>The loss became NaN or infinite.</summary>
    public const int Diverged = 3;

    /// <summary>Torch reported that it is out of memory.</summary>
    public const int OutOfMemory = 4;

    /// <summary>Another process holds the attempt's lock, or the node has already recorded the attempt's end.</summary>
    public const int FolderHeld = 5;

    /// <summary>The node did not renew the lease for the grace period. A checkpoint was written.</summary>
    public const int LeaseExpired = 6;

    /// <summary>The trainer received SIGTERM or SIGINT. A checkpoint was written.</summary>
    public const int Stopped = 143;
}
