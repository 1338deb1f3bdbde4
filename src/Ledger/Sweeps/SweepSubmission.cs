using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A submitted sweep: its trials, table and limits.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="SpecText">The YAML as the author wrote it, kept for readers.</param>
/// <param name="Table">The table to fill.</param>
/// <param name="Run">Limits and priority.</param>
/// <param name="Trials">The distinct trials, in the grid's order.</param>
public sealed record SweepSubmission(
    string Name, string SpecText, TableSpec Table, RunSpec Run, IReadOnlyList<KeyedTrial> Trials)
{
    /// <summary>
    /// The W3C <c>traceparent</c> of the submitting span; null without tracing. Another value does not make a new
    /// revision.
    /// </summary>
    public string? TraceParent { get; init; }

    /// <summary>The submission of an expanded spec.</summary>
    public static SweepSubmission Of(SweepSpec spec, string specText, Expansion expansion) =>
        new(spec.Name, specText, spec.Table, spec.Run, expansion.Trials);
}
