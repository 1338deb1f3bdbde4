using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep as it is submitted: its trials, its table, and its limits.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="SpecText">The YAML as written, kept for people.</param>
/// <param name="Table">The table to fill.</param>
/// <param name="Run">Limits and priority.</param>
/// <param name="Trials">The distinct trials, in the order of the grid.</param>
public sealed record SweepSubmission(string Name, string SpecText, TableSpec Table, RunSpec Run, IReadOnlyList<KeyedTrial> Trials)
{
    /// <summary>
    /// The W3C <c>traceparent</c> of the span that submits it; null: nobody traces. No part of what makes a revision.
    /// </summary>
    public string? TraceParent { get; init; }

    /// <summary>The submission of an expanded spec.</summary>
    public static SweepSubmission Of(SweepSpec spec, string specText, Expansion expansion) =>
        new(spec.Name, specText, spec.Table, spec.Run, expansion.Trials);
}

/// <summary>What recording a submission did, and where the revision's trials stand after it.</summary>
/// <param name="Revision">The sweep's revision: a new one when anything changed, else the latest.</param>
/// <param name="NewTrials">Trials that the ledger did not know before.</param>
/// <param name="Waiting">Trials that wait, new ones included.</param>
/// <param name="Running">Trials that run already, for this sweep or another.</param>
/// <param name="Finished">Trials that need not be trained: their results are there.</param>
/// <param name="Failed">Trials that failed before and stay so until they are retried.</param>
/// <param name="Withdrawn">Waiting trials of the revision before that no active sweep wants any more.</param>
/// <param name="Stopping">Running trials of the revision before that no active sweep wants any more: they write a checkpoint and leave.</param>
/// <param name="DesiredStateBefore">The sweep's wish before: a submission makes it active. Null for a new sweep.</param>
public sealed record RecordedRevision(
    int Revision, int NewTrials, int Waiting, int Running, int Finished, int Failed, int Withdrawn, int Stopping, DesiredState? DesiredStateBefore);
