using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Claims;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>A table's claims as a table of its own, the same in every format.</summary>
public static class ClaimsTable
{
    /// <summary>The heading above the table of claims.</summary>
    public const string Title = "Claims";

    /// <summary>The columns.</summary>
    public static IReadOnlyList<TableHeading> Columns { get; } =
    [
        new("claim", IsNumber: false), new("condition", IsNumber: false), new("ours", IsNumber: false),
        new("test", IsNumber: false), new("outcome", IsNumber: false),
    ];

    /// <summary>A row for each claim, with a text for each column.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Rows(IReadOnlyList<ClaimResult> claims) =>
        [.. claims.Select((claim, i) => (string[])
        [
            Name(claim.Claim, i), claim.Claim.Text is null ? SweepTable.Nothing : Condition(claim.Claim), Ours(claim),
            Evidence(claim), claim.Outcome.InWords(),
        ])];

    /// <summary>How many claims have each outcome: "2 supported, 1 refuted"; null without claims.</summary>
    public static string? Summary(IReadOnlyList<ClaimResult> claims) => claims.Count == 0 ? null
        : string.Join(", ", claims.CountBy(static claim => claim.Outcome).OrderBy(static outcome => outcome.Key)
            .Select(static outcome => string.Create(CultureInfo.InvariantCulture,
                $"{outcome.Value} {outcome.Key.InWords()}")));

    /// <summary>
    /// The notes below the table of claims: how claims are decided, and why some claims are undecided.
    /// </summary>
    public static IReadOnlyList<string> Notes(IReadOnlyList<ClaimResult> claims) =>
        [.. Rules(claims), .. Reasons(claims)];

    /// <summary>The claim's condition in symbols.</summary>
    internal static string Condition(ClaimSpec claim)
    {
        var metric = MetricOf(claim.Metric);
        return claim.Kind switch
        {
            ClaimKind.Above => $"{metric.Heading}: {claim.Rows[0]} > {claim.Rows[1]}"
                + (claim.Bound > 0 ? $" + {Bound(claim, Difference(metric))}" : ""),
            ClaimKind.Within =>
                $"{metric.Heading}: {claim.Rows[0]} > {claim.Rows[1]} − {Bound(claim, Difference(metric))}",
            ClaimKind.AtLeast => $"{metric.Heading}: {claim.Rows[0]} ≥ {Bound(claim, metric.Unit)}",
            ClaimKind.AtMost => $"{metric.Heading}: {claim.Rows[0]} ≤ {Bound(claim, metric.Unit)}",
            ClaimKind.Rising => $"{metric.Heading}: {string.Join(" < ", claim.Rows)}",
            _ => throw new ArgumentOutOfRangeException(nameof(claim), claim.Kind, null),
        };
    }

    private static string Name(ClaimSpec claim, int index) => string.Create(CultureInfo.InvariantCulture,
        $"({index + 1}) {claim.Text ?? Condition(claim)}") + (claim.Section is { } section ? $" (Sec. {section})" : "");

    private static string Ours(ClaimResult claim)
    {
        var metric = MetricOf(claim.Claim.Metric);
        if (claim.Claim.Kind == ClaimKind.Rising)
        {
            return claim.Estimates.All(static estimate => estimate is null) ? SweepTable.Nothing
                : WithUnit(string.Join(", ", claim.Estimates.Select(estimate =>
                    estimate is null ? SweepTable.Nothing : NumberText.Fixed(estimate.Mean, metric.Decimals))),
                    metric.Unit);
        }

        if (claim.Value is not { } value) return SweepTable.Nothing;
        Func<decimal, int, string> shown =
            ClaimEvaluation.IsTested(claim.Claim) ? NumberText.Signed : NumberText.Fixed;
        var unit = ClaimEvaluation.IsTested(claim.Claim) ? Difference(metric) : metric.Unit;
        return WithUnit(shown(value.Middle, metric.Decimals), unit) + (value is { Low: { } low, High: { } high }
            ? $" ({shown(low, metric.Decimals)} to {shown(high, metric.Decimals)})" : "");
    }

    private static string Evidence(ClaimResult claim)
    {
        var n = Seeds(claim.Estimates);
        if (!ClaimEvaluation.IsTested(claim.Claim))
            return claim.Value?.Low is null ? SweepTable.Nothing : $"95 % interval, n = {n}";
        if (claim.Test is not { } test) return SweepTable.Nothing;
        return $"{(test.IsPaired ? "paired t" : "Welch's t")}, n = {n}, " + (claim.Outcome == ClaimOutcome.Refuted
            ? $"p of the opposite {P(test.AdjustedOpposite)}" : $"p {P(test.AdjustedP)}");
    }

    private static string Seeds(IReadOnlyList<Estimate?> estimates) =>
        string.Join(" and ", estimates.OfType<Estimate>().Select(static estimate => estimate.Count).Distinct());

    private static string P(double p) => p < 0.001 ? "< 0.001" : $"= {NumberText.Fixed((decimal)p, 3)}";

    private static IEnumerable<string> Rules(IReadOnlyList<ClaimResult> claims)
    {
        var tested = claims.Count(static claim => ClaimEvaluation.IsTested(claim.Claim));
        if (tested > 0)
        {
            var test = claims[0].RowTest == RowTest.Welch ? "Welch's"
                : "paired by seed where both rows have the same seeds";
            yield return $"Differences between rows: one-sided t tests at 5 %, {test}; p by Holm's correction over the "
                + $"table's {Wording.Count(tested, "claim")} about differences. Refuted: the same test shows the "
                + "opposite. Intervals: 95 %, two-sided, without the correction.";
        }

        if (claims.Any(static claim => claim.Claim.Kind == ClaimKind.Rising))
            yield return "An order of rows (<): the largest p of its neighbouring pairs; for the opposite the "
                + "smallest, times their number.";
        if (tested < claims.Count)
            yield return "Bounds (≥, ≤): supported or refuted where the 95 % interval of the mean (Student's t) lies "
                + "on one side of the bound.";
    }

    private static IEnumerable<string> Reasons(IReadOnlyList<ClaimResult> claims) =>
        from claim in claims.Index()
        where claim.Item.Reasons.Count > 0
        group claim by (claim.Item.Outcome, Why: string.Join(", ", claim.Item.Reasons)) into same
        let numbers = string.Join(", ", same.Select(static claim =>
            string.Create(CultureInfo.InvariantCulture, $"({claim.Index + 1})")))
        select $"{numbers} {same.Key.Outcome.InWords()}: {same.Key.Why}.";

    private static TableMetric MetricOf(TableColumn column) =>
        TableMetric.All.First(metric => metric.Column == column);

    private static string Difference(TableMetric metric) => metric.Unit == "%" ? "pp" : metric.Unit;

    private static string Bound(ClaimSpec claim, string unit) =>
        WithUnit(NumberText.Fixed(claim.Bound, claim.Bound.Scale), unit);

    private static string WithUnit(string number, string unit) => unit.Length == 0 ? number : $"{number} {unit}";
}
