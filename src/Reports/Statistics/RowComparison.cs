using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>
/// A row's mean accuracy minus that of the baseline row, with its 95 % interval and the test whether there is a
/// difference, by the table's <see cref="RowTest"/>.
/// </summary>
/// <param name="Difference">The difference and its interval, in percentage points.</param>
/// <param name="IsPaired">True for a test that is paired by seed.</param>
/// <param name="P">The two-sided p-value; null for a single seed, and when the values do not differ.
/// </param>
public sealed record RowComparison(Interval Difference, bool IsPaired, double? P)
{
    /// <summary>
    /// <see cref="P"/> after Holm's correction over all comparisons of the table; null without <see cref="P"/>.
    /// </summary>
    public double? AdjustedP { get; init; }

    /// <summary>The number of the table's comparisons with a p-value.</summary>
    public int FamilySize { get; init; }

    /// <summary>
    /// The one-sided p-value of the hypothesis that the difference is zero or negative; null without <see cref="P"/>.
    /// </summary>
    public double? PGreater => P is { } both ? Difference.Middle > 0 ? both / 2 : 1 - (both / 2) : null;

    /// <summary>Compares two rows.</summary>
    /// <param name="row">Accuracy in percent by seed.</param>
    /// <param name="baseline">The baseline's accuracy in percent by seed.</param>
    /// <param name="test">The test.</param>
    public static RowComparison Of(
        IReadOnlyList<(int Seed, decimal Top1)> row, IReadOnlyList<(int Seed, decimal Top1)> baseline,
        RowTest test = RowTest.Paired) =>
        test == RowTest.Paired && row.Select(static trial => trial.Seed).Order().SequenceEqual(
            baseline.Select(static trial => trial.Seed).Order())
            ? Paired(row, baseline)
            : Welch(row, baseline);

    /// <summary>
    /// Adds Holm's correction to the comparisons of a table, which are in the table's order; null stays null.
    /// </summary>
    public static IReadOnlyList<RowComparison?> Adjusted(IReadOnlyList<RowComparison?> comparisons)
    {
        var size = comparisons.Count(static one => one?.P is not null);
        var adjusted = Holm.Adjust([.. comparisons.Select(static one => one?.P)], size);
        return
        [
            .. comparisons.Zip(adjusted, (one, p) =>
                one is null ? null : one with { AdjustedP = p, FamilySize = size }),
        ];
    }

    private static RowComparison Paired(
        IReadOnlyList<(int Seed, decimal Top1)> row, IReadOnlyList<(int Seed, decimal Top1)> baseline)
    {
        var other = baseline.ToDictionary(static trial => trial.Seed, static trial => trial.Top1);
        var differences = Estimate.Of(
            [.. row.OrderBy(static trial => trial.Seed).Select(trial => trial.Top1 - other[trial.Seed])])!;
        double? error = differences.Sd is { } sd ? (double)sd / Math.Sqrt(differences.Count) : null;
        return Test(differences.Mean, error, differences.Count - 1, isPaired: true);
    }

    private static RowComparison Welch(
        IReadOnlyList<(int Seed, decimal Top1)> row, IReadOnlyList<(int Seed, decimal Top1)> baseline)
    {
        var (one, two) = (EstimateOf(row), EstimateOf(baseline));
        var difference = one.Mean - two.Mean;
        if (one.Sd is not { } sdOfOne || two.Sd is not { } sdOfTwo)
            return Test(difference, error: null, freedom: 0, isPaired: false);
        var (a, b) = (Math.Pow((double)sdOfOne, 2) / one.Count, Math.Pow((double)sdOfTwo, 2) / two.Count);
        var freedom = (a + b) * (a + b) / ((a * a / (one.Count - 1)) + (b * b / (two.Count - 1)));
        return Test(difference, Math.Sqrt(a + b), freedom, isPaired: false);
    }

    private static Estimate EstimateOf(IReadOnlyList<(int Seed, decimal Top1)> row) =>
        Estimate.Of([.. row.OrderBy(static trial => trial.Seed).Select(static trial => trial.Top1)])!;

    // There is no p-value when the standard error is unknown (a single seed) or 0 (the values do not differ).
    private static RowComparison Test(
        decimal difference, double? error, double freedom, bool isPaired)
    {
        if (error is not > 0)
            return new RowComparison(new Interval(difference, Low: null, High: null), isPaired, P: null);
        var half = (decimal)(Student.Quantile95(freedom) * error.Value);
        return new RowComparison(
            new Interval(difference, difference - half, difference + half), isPaired,
            Student.TwoSided((double)difference / error.Value, freedom));
    }
}
