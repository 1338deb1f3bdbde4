using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// A statement about a table's rows that reports decide from the results: supported, refuted, or why neither.
/// </summary>
public sealed record ClaimSpec
{
    /// <summary>
    /// The metrics that a claim may be about: those with a value for each seed. Costs of the dense network, settings
    /// and differences are not among them.
    /// </summary>
    public static IReadOnlyList<TableColumn> Metrics { get; } =
    [
        TableColumn.Top1, TableColumn.BopsPr, TableColumn.BParamsPr, TableColumn.K0, TableColumn.K1, TableColumn.Ones,
        TableColumn.Entropy, TableColumn.BopsPrK1EightNinths, TableColumn.BopsPrSparse, TableColumn.BopsPrSparseHalf,
        TableColumn.EmptyFilters,
    ];

    /// <summary>The claim in words; null when its condition says enough.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>The paper's section that makes the claim, such as 4.1; null when it is not the paper's.</summary>
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
    /// The number of the condition, in the metric's unit: the least lead of <see cref="ClaimKind.Above"/>, the largest
    /// gap of <see cref="ClaimKind.Within"/>, or the bound. 0 for <see cref="ClaimKind.Rising"/>.
    /// </summary>
    public decimal Bound { get; init; }
}

/// <summary>The conditions of claims; the words are the keys that state them in specs.</summary>
public enum ClaimKind
{
    /// <summary>The first row's mean exceeds the second row's by more than the number.</summary>
    Above = 0,

    /// <summary>The first row's mean lies less than the number below the second row's.</summary>
    Within = 1,

    /// <summary>The row's mean is the number or more.</summary>
    AtLeast = 2,

    /// <summary>The row's mean is the number or less.</summary>
    AtMost = 3,

    /// <summary>Each row's mean exceeds that of the row before it.</summary>
    Rising = 4,
}
