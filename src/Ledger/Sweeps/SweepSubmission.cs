using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep as it is submitted: its trials, its table, and its limits.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="SpecText">The YAML as written, kept for people.</param>
/// <param name="Table">The table to fill.</param>
/// <param name="Run">Limits and priority.</param>
/// <param name="Trials">The distinct trials, in the order of the grid.</param>
public sealed record SweepSubmission(
    string Name, string SpecText, TableSpec Table, RunSpec Run, IReadOnlyList<KeyedTrial> Trials)
{
    /// <summary>
    /// The W3C <c>traceparent</c> of the span that submits it; null: nobody traces. No part of what makes a revision.
    /// </summary>
    public string? TraceParent { get; init; }

    /// <summary>The submission of an expanded spec.</summary>
    public static SweepSubmission Of(SweepSpec spec, string specText, Expansion expansion) =>
        new(spec.Name, specText, spec.Table, spec.Run, expansion.Trials);
}
