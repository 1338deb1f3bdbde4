using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// A statement about a table's rows. Reports decide from the results whether it is supported, refuted or neither, and
/// say why it is neither.
/// </summary>
public sealed record ClaimSpec
{
    /// <summary>
    /// The metrics that a claim may be about: those with a value for each seed. Numbers of operations, settings
    /// and differences are not among them.
    /// </summary>
    public static IReadOnlyList<TableColumn> Metrics { get; } =
    [
        TableColumn.Top1, TableColumn.BopsPr, TableColumn.BParamsPr, TableColumn.K0, TableColumn.K1, TableColumn.Ones,
        TableColumn.Entropy, TableColumn.BopsPrK1EightNinths, TableColumn.BopsPrSparse, TableColumn.BopsPrSparseHalf,
        TableColumn.EmptyFilters, TableColumn.PhiTau,
    ];

    /// <summary>The claim in words; null when the spec gives only the condition.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>
    /// The paper's section that makes the claim, such as 4.1; null for a claim that is not the paper's.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Section { get; init; }

    /// <summary>What is claimed about the metric.</summary>
    public required ClaimKind Kind { get; init; }

    /// <summary>The metric, one of <see cref="Metrics"/>.</summary>
    public TableColumn Metric { get; init; } = TableColumn.Top1;

    /// <summary>
    /// Labels of trained rows: one for a bound, two for a comparison, two or more in rising order.
    /// </summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>
    /// The number in the claim's condition, in the metric's unit: the least lead of <see cref="ClaimKind.Above"/>, the
    /// largest gap of <see cref="ClaimKind.Within"/>, or the bound of the other kinds. 0 for <see
    /// cref="ClaimKind.Rising"/>.
    /// </summary>
    public decimal Bound { get; init; }
}

/// <summary>
/// The kinds of conditions that a claim may state. In a spec, the kind's word is the key of the condition.
/// </summary>
public enum ClaimKind
{
    /// <summary>The first row's mean exceeds the second row's by more than <see cref="ClaimSpec.Bound"/>.</summary>
    Above = 0,

    /// <summary>The first row's mean lies less than <see cref="ClaimSpec.Bound"/> below the second row's.</summary>
    Within = 1,

    /// <summary>The row's mean is <see cref="ClaimSpec.Bound"/> or more.</summary>
    AtLeast = 2,

    /// <summary>The row's mean is <see cref="ClaimSpec.Bound"/> or less.</summary>
    AtMost = 3,

    /// <summary>Each row's mean exceeds that of the row before it.</summary>
    Rising = 4,
}
