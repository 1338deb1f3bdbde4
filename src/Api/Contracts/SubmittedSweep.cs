using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>What a submission did, and the states of the revision's trials after it.</summary>
public sealed record SubmittedSweep
{
    /// <summary>The sweep's revision: a new one when anything changed, else the latest.</summary>
    public required int Revision { get; init; }

    /// <summary>Trials that the ledger did not have before.</summary>
    public required int NewTrials { get; init; }

    /// <summary>Trials that wait, new ones included.</summary>
    public required int Waiting { get; init; }

    /// <summary>Trials that already run, for this sweep or another.</summary>
    public required int Running { get; init; }

    /// <summary>Trials that already have a result.</summary>
    public required int Finished { get; init; }

    /// <summary>Trials that failed before, and stay failed until they are retried.</summary>
    public required int Failed { get; init; }

    /// <summary>Waiting trials of the previous revision that no active sweep needs any longer.</summary>
    public required int Withdrawn { get; init; }

    /// <summary>
    /// Running trials of the previous revision that no active sweep needs any longer: they write a checkpoint and exit.
    /// </summary>
    public required int Stopping { get; init; }

    /// <summary>The sweep's desired state before the submission made it active; omitted for a new sweep.</summary>
    public DesiredState? DesiredStateBefore { get; init; }
}
