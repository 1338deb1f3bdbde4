using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>The source of published values.</summary>
public sealed record PublishedSource
{
    /// <summary>The citation, with the table's number.</summary>
    public required string Citation { get; init; }

    /// <summary>
    /// The published runs' settings, from hyperparameter name to value. A row whose trials differ in one of them is not
    /// comparable.
    /// </summary>
    public IReadOnlyDictionary<string, string> Setting { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// How the authors selected the epoch of the published accuracy; null when the file does not state it.
    /// </summary>
    // Null is omitted from the JSON, so that the revisions of sweeps without this key keep their digests.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AccuracyChoice? Accuracy { get; init; }

    /// <summary>
    /// The settings behind a published row: those of all rows, and the row's own, which take precedence.
    /// </summary>
    public IReadOnlyDictionary<string, string> SettingOf(PublishedRow? row)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Setting.Concat(row?.Setting ?? new Dictionary<string, string>()))
            settings[name] = value;
        return settings;
    }
}

/// <summary>One published row. A value is null where the paper prints none.</summary>
public sealed record PublishedRow
{
    /// <summary>The row's name in the paper.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// This row's settings, from hyperparameter name to value, in addition to <see cref="PublishedSource.Setting"/>;
    /// null for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Setting { get; init; }

    /// <summary>Top-1 accuracy in percent.</summary>
    public decimal? Top1 { get; init; }

    /// <summary>The difference to the paper's baseline, in percentage points, as printed.</summary>
    public decimal? Delta { get; init; }

    /// <summary>BOPs PR in percent, as printed (negative).</summary>
    public decimal? BopsPr { get; init; }

    /// <summary>BParams PR in percent, as printed (negative).</summary>
    public decimal? BParamsPr { get; init; }

    /// <summary>K₀ in percent.</summary>
    public decimal? K0 { get; init; }

    /// <summary>K₁ in percent.</summary>
    public decimal? K1 { get; init; }

    /// <summary>Binary operations, in units of 10⁸ (Table 4).</summary>
    public decimal? Bops { get; init; }

    /// <summary>Floating-point operations, in units of 10⁸ (Table 4).</summary>
    public decimal? Flops { get; init; }

    /// <summary>FLOPs + BOPs/64, in units of 10⁸ (Table 4).</summary>
    public decimal? Ops { get; init; }

    /// <summary>
    /// The names (<see cref="PublishedReader.ValueNames"/>) of values that the paper prints but that are illegible in
    /// our copy of it. They are left empty instead of guessed.
    /// </summary>
    public IReadOnlyList<string> Lost { get; init; } = [];

    /// <summary>True when the paper took the row's values from other work.</summary>
    public bool Quoted { get; init; }

    /// <summary>A note about a misprint or an illegible value that matters to the table's reader.</summary>
    public string? Note { get; init; }
}
