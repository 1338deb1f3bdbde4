using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// The table that a sweep requests. It is stored with the sweep's revision, so that reports need only the ledger.
/// </summary>
public sealed record TableSpec
{
    /// <summary>The table's heading.</summary>
    public required string Title { get; init; }

    /// <summary>The rows, in order.</summary>
    public required IReadOnlyList<TableRowSpec> Rows { get; init; }

    /// <summary>The columns, in order; see <see cref="TableColumn"/>.</summary>
    public required IReadOnlyList<TableColumn> Columns { get; init; }

    /// <summary>The choice of the epoch whose accuracy and counts the rows show.</summary>
    public AccuracyChoice Accuracy { get; init; } = AccuracyChoice.Best;

    /// <summary>The test of differences between rows.</summary>
    // The default is omitted, so that sweeps without it keep their revision's digest.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RowTest Test { get; init; }

    /// <summary>
    /// The source of the published values and the settings of the published runs; null when no row has published
    /// values.
    /// </summary>
    public PublishedSource? Source { get; init; }

    /// <summary>
    /// The largest difference to a published value that counts as equal, by metric and in its unit; null when the spec
    /// states none. See <see cref="PublishedTolerance"/>.
    /// </summary>
    // Omitted when null, so that sweeps without it keep their revision's digest.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<TableColumn, decimal>? Tolerance { get; init; }

    /// <summary>A figure drawn from the rows; null for none.</summary>
    public FigureSpec? Figure { get; init; }

    /// <summary>The claims about the rows; null for none.</summary>
    // Omitted when null, so that sweeps without claims keep their revision's digest.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClaimSpec>? Claims { get; init; }
}

/// <summary>One row: the trials whose hyperparameters match, one for each seed; or only a published row.</summary>
public sealed record TableRowSpec
{
    /// <summary>The row's name, unique within the table.</summary>
    public required string Label { get; init; }

    /// <summary>
    /// The hyperparameter values, as written in the spec, that all trials of the row have. Empty when <see
    /// cref="IsQuote"/> is true.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Where { get; init; }

    /// <summary>True for the row with which the other rows are compared (Δ); at most one.</summary>
    public bool Baseline { get; init; }

    /// <summary>The published values shown beside the row, if any.</summary>
    public PublishedRow? Published { get; init; }

    /// <summary>True for a row that shows only published values: nothing is trained for it.</summary>
    // False is omitted from the JSON, so that the revisions of sweeps without such rows keep their digests.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsQuote { get; init; }

    /// <summary>
    /// For a quoted row: the network whose operations the row shows; null when none is named. It has one of the models
    /// in ImageNet's layout, and is counted with ImageNet's classes.
    /// </summary>
    // Omitted when null, so that sweeps without it keep their revision's digest.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TrialSpec? Network { get; init; }
}

/// <summary>
/// The figure of a table (Fig. 2): bars of the binary kernels' Hamming weights, with a panel for each layer (from top
/// to bottom) and row (from left to right).
/// </summary>
public sealed record FigureSpec
{
    /// <summary>The figure's heading.</summary>
    public required string Title { get; init; }

    /// <summary>The numbers of binary layers: 1, 2, … in forward order.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>The labels of the table rows that the figure shows.</summary>
    public required IReadOnlyList<string> Rows { get; init; }
}

/// <summary>The columns that a table can have.</summary>
public enum TableColumn
{
    /// <summary>The domain Ω of the weights.</summary>
    Domain = 0,

    /// <summary>The sparsity constraint in percent.</summary>
    Constraint = 1,

    /// <summary>
    /// Top-1 accuracy: mean ± standard deviation over the seeds, and how many of the N seeds it covers (n/N).
    /// </summary>
    Top1 = 2,

    /// <summary>The difference to the baseline row, in percentage points.</summary>
    Delta = 3,

    /// <summary>
    /// Change of binary operations in percent, when kernels with no 1 or a single 1 are saved entirely.
    /// </summary>
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

    /// <summary>h(U/N), in bits per weight.</summary>
    Entropy = 10,

    /// <summary>
    /// Change of binary operations in percent when a kernel with a single 1 keeps one operation of nine.
    /// </summary>
    [JsonStringEnumMemberName("bops-pr-8-9")]
    BopsPrK1EightNinths = 11,

    /// <summary>
    /// Change of binary operations in percent, when only the operations of weights that are 1 remain (Sec. 3.5).
    /// </summary>
    BopsPrSparse = 12,

    /// <summary>
    /// Like <see cref="BopsPrSparse"/>, but without the XNORs: half of the remaining operations (Eq. 19).
    /// </summary>
    BopsPrSparseHalf = 13,

    /// <summary>The number of output channels none of whose kernels contains a 1, over all binary layers.</summary>
    EmptyFilters = 14,

    /// <summary>
    /// Binary operations of one image, in units of 10⁸: those of the dense network, or of Subbit's patterns. For SBNN
    /// with a sparsity, half of the operations of weights that are 1 remain (as in <see cref="BopsPrSparseHalf"/>).
    /// </summary>
    Bops = 15,

    /// <summary>
    /// Multiply-accumulates of the full-precision convolutions and linear layers for one image, in units of 10⁸.
    /// </summary>
    Flops = 16,

    /// <summary>FLOPs + BOPs/64, in units of 10⁸.</summary>
    Ops = 17,

    /// <summary>
    /// The interval that contains the accuracy of a further seed with a probability of 95 %, in percent.
    /// </summary>
    PredictionInterval = 18,

    /// <summary>The 95 % confidence interval of the difference to the baseline row, in percentage points.</summary>
    DeltaInterval = 19,

    /// <summary>
    /// The p-value for no difference to the baseline row, with Holm's correction over the table's comparisons.
    /// </summary>
    DeltaP = 20,

    /// <summary>
    /// φ/τ, the place of the domain between ±β (0) and {0, β} (1): the median over the binary layers.
    /// </summary>
    PhiTau = 21,
}

/// <summary>The choice of the epoch that a table reports.</summary>
public enum AccuracyChoice
{
    /// <summary>The best epoch among those at the target, U/N ≤ 1.05·EC (our convention).</summary>
    Best = 0,

    /// <summary>The last epoch, if it is at the target.</summary>
    Last = 1,

    /// <summary>The best of all epochs, whether or not it is at the target, as in the authors' code.</summary>
    BestOfAll = 2,
}

/// <summary>The test of a difference between two rows.</summary>
public enum RowTest
{
    /// <summary>Student's t, paired by seed, where both rows have the same seeds; Welch's t elsewhere.</summary>
    Paired = 0,

    /// <summary>Welch's t, also where both rows have the same seeds.</summary>
    Welch = 1,
}
