using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>A table as a sweep asks for it. Stored with the sweep's revision as it stands, so that reports need no file but the ledger.</summary>
public sealed record TableSpec
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>The rows, in order.</summary>
    public required IReadOnlyList<TableRowSpec> Rows { get; init; }

    /// <summary>The columns, in order; see <see cref="TableColumn"/>.</summary>
    public required IReadOnlyList<TableColumn> Columns { get; init; }

    /// <summary>Which epoch's accuracy and counts stand in the row.</summary>
    public AccuracyChoice Accuracy { get; init; } = AccuracyChoice.Best;

    /// <summary>Where the published figures come from, and the settings behind them; null when no row names any.</summary>
    public PublishedSource? Source { get; init; }
}

/// <summary>One row: the trials whose knobs match, one for each seed.</summary>
public sealed record TableRowSpec
{
    /// <summary>The row's name, unique within the table.</summary>
    public required string Label { get; init; }

    /// <summary>Knob name to value as written in the spec; a row's trials hold all of them.</summary>
    public required IReadOnlyDictionary<string, string> Where { get; init; }

    /// <summary>True for the row from which Δ is taken; at most one.</summary>
    public bool Baseline { get; init; }

    /// <summary>The published figures that stand beside it, if any.</summary>
    public PublishedRow? Published { get; init; }
}

/// <summary>A table's columns.</summary>
public enum TableColumn
{
    /// <summary>The domain Ω of the weights.</summary>
    Domain = 0,

    /// <summary>The sparsity constraint in percent.</summary>
    Constraint = 1,

    /// <summary>Top-1 accuracy, mean ± standard deviation over the seeds, and n/N.</summary>
    Top1 = 2,

    /// <summary>Difference to the baseline row, in percentage points.</summary>
    Delta = 3,

    /// <summary>Change of binary operations in percent.</summary>
    BopsPr = 4,

    /// <summary>Change of binary parameters in percent.</summary>
    [JsonStringEnumMemberName("bparams-pr")]
    BParamsPr = 5,

    /// <summary>K₀ in percent.</summary>
    K0 = 6,

    /// <summary>K₁ in percent.</summary>
    K1 = 7,

    /// <summary>γ of the penalty.</summary>
    Gamma = 8,

    /// <summary>U/N in percent at the reported epoch.</summary>
    Ones = 9,

    /// <summary>h(U/N), bits a weight.</summary>
    Entropy = 10,
}

/// <summary>Which epoch a table reports.</summary>
public enum AccuracyChoice
{
    /// <summary>The best epoch among those at the target (our convention, see <see cref="Protocol.TrialResult.BestEpoch"/>).</summary>
    Best = 0,

    /// <summary>The last epoch.</summary>
    Last = 1,
}
