using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Statistics;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports.Importance;

/// <summary>An analysis of variance as a table for the page, and as CSV.</summary>
internal static class ImportanceTable
{
    /// <summary>The heading above it.</summary>
    public const string Title = "Importance";

    private const int Decimals = 12;

    /// <summary>The columns on the page.</summary>
    public static IReadOnlyList<TableHeading> Columns { get; } =
    [
        new("effect", IsNumber: false), new("share %", IsNumber: true), new("df", IsNumber: true),
        new("F", IsNumber: true), new("p", IsNumber: true), new("p (Holm)", IsNumber: true),
    ];

    /// <summary>A row for each effect, and one for the seeds, with a text for each column.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(AnalysisOfVariance analysis) =>
        Lines(analysis).Select(static line => (string[])
        [
            line.Name, NumberText.Fixed(100 * line.Source.EtaSquared, 1),
            line.Source.Freedom.ToString(CultureInfo.InvariantCulture),
            line.Source.F is { } f ? NumberText.Fixed((decimal)f, 2) : SweepTable.Nothing,
            line.Source.P is { } p ? NumberText.P(p) : SweepTable.Nothing,
            line.Source.AdjustedP is { } adjusted ? NumberText.P(adjusted) : SweepTable.Nothing,
        ]);

    /// <summary>What was analysed, in one sentence; without an analysis, why not.</summary>
    public static string Summary(SweepImportance importance)
    {
        if (importance.Reason is { } reason) return $"No analysis of variance: {reason}.";
        var factors = string.Join(" × ", importance.Factors.Select(static factor =>
            string.Create(CultureInfo.InvariantCulture, $"{factor.Name} ({factor.Levels} values)")));
        return string.Create(CultureInfo.InvariantCulture,
            $"Analysis of variance of the top-1 accuracies of {importance.Trials} trials, the full grid {factors} with "
                + $"{Wording.Count(importance.Seeds, "seed")} for each combination: which share of their variance each "
                + $"hyperparameter, and each interaction (×), explains.");
    }

    /// <summary>The notes below it: what the tests are, and which trials are left out.</summary>
    public static IEnumerable<string> Notes(SweepImportance importance)
    {
        if (importance.Analysis is not { } analysis) yield break;
        yield return analysis switch
        {
            { Residual: null } => "There is no test, because a test needs at least two seeds. The share of the highest "
                + "interaction contains that of the seed.",
            { Residual.SumOfSquares: 0 } => "There is no test, because the accuracies of different seeds are equal.",
            _ => string.Create(CultureInfo.InvariantCulture,
                $"The seeds are the residual: F compares an effect's mean square with theirs, and p is the probability "
                    + $"of such an F or a greater one if the effect does not exist; p (Holm) is corrected for "
                    + $"{Wording.Count(analysis.Effects.Count, "test")}."),
        };
        if (importance.Factors.Count > AnalysisOfVariance.MostFactors)
            yield return $"{AnalysisOfVariance.HigherInteractions}: of more than two hyperparameters, together.";
        if (importance.LeftOut > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Left out: {Wording.Count(importance.LeftOut, "trial")} on which other hyperparameters have an effect "
                    + $"(difference: {string.Join(", ", importance.Differing)}).");
    }

    /// <summary>
    /// The file: a line for each effect, the seeds and the total. Sums and mean squares are in squared percentage
    /// points of accuracy, shares in [0, 1].
    /// </summary>
    public static string Csv(AnalysisOfVariance analysis) => CsvText.Of(
        ["effect", "sum_of_squares", "df", "mean_square", "f", "p", "p_holm", "eta_squared", "omega_squared"],
        [
            .. Lines(analysis).Select(static line => (object?[])
            [
                line.Name, Rounded(line.Source.SumOfSquares), line.Source.Freedom, Rounded(line.Source.MeanSquare),
                line.Source.F, line.Source.P, line.Source.AdjustedP, Rounded(line.Source.EtaSquared),
                line.Source.OmegaSquared is { } omega ? Rounded(omega) : null,
            ]),
            [
                "total", Rounded(analysis.Total), Lines(analysis).Sum(static line => line.Source.Freedom), null, null,
                null, null, 1, null,
            ],
        ]);

    private static IEnumerable<(string Name, VarianceSource Source)> Lines(AnalysisOfVariance analysis) =>
    [
        .. analysis.Effects.Select(static effect => (effect.Name, effect)),
        .. analysis.Residual is { } residual ? [("seeds", residual)] : Array.Empty<(string, VarianceSource)>(),
    ];

    private static decimal Rounded(decimal value) => Math.Round(value, Decimals);
}
