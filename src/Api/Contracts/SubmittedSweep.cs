using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>What a submission did, and where the revision's trials stand after it.</summary>
public sealed record SubmittedSweep
{
    /// <summary>The sweep's revision: a new one when anything changed, else the latest.</summary>
    public required int Revision { get; init; }

    /// <summary>Trials that the ledger did not know before.</summary>
    public required int NewTrials { get; init; }

    /// <summary>Trials that wait, new ones included.</summary>
    public required int Waiting { get; init; }

    /// <summary>Trials that run already, for this sweep or another.</summary>
    public required int Running { get; init; }

    /// <summary>Trials that have a result already.</summary>
    public required int Finished { get; init; }

    /// <summary>Trials that failed before, and stay so until they are retried.</summary>
    public required int Failed { get; init; }

    /// <summary>Waiting trials of the revision before that no active sweep needs any longer.</summary>
    public required int Withdrawn { get; init; }

    /// <summary>
    /// Running trials of the revision before that no active sweep needs any longer: they write a checkpoint and
    /// leave.
    /// </summary>
    public required int Stopping { get; init; }

    /// <summary>
    /// What was wanted of the sweep before, as a submission makes it active; left out for a new sweep.
    /// </summary>
    public DesiredState? DesiredStateBefore { get; init; }
}
