using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Claims;

/// <summary>
/// Decides the claims of a table. Differences between rows are tested one-sided at 5 %, paired by seed where both rows
/// have the same seeds and by Welch's test elsewhere, with Holm's correction over the table's claims about differences.
/// The claim and its opposite are tested alike, so false support and false refutation each have a probability of at
/// most 5 %. An order of rows is supported if each pair of neighbouring rows is, so its p-value is the largest of the
/// pairs' p-values. A bound is decided by the 95 % interval of the mean (Student's t).
/// </summary>
internal static class ClaimEvaluation
{
    /// <summary>The level of the tests.</summary>
    public const double Level = 0.05;

    // The gap of a row without any result. It is not listed as a reason, because the outcome "not run" states the same.
    private const string NotRun = "not run";

    /// <summary>Returns the claims of a table, in the table's order, with their outcomes.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The metrics of the table's rows.</param>
    public static IReadOnlyList<ClaimResult> Of(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        if (table.Claims is not { Count: > 0 } claims) return [];
        var byLabel = rows.ToDictionary(static row => row.Row.Label, StringComparer.Ordinal);
        var family = claims.Count(IsTested);
        var measured = claims.Select(claim =>
                Measure(claim, [.. claim.Rows.Select(label => byLabel[label])], table.Test, family))
            .ToList();
        var p = Holm.Adjust([.. measured.Select(static claim => claim.Test?.P)], family);
        var opposite = Holm.Adjust([.. measured.Select(static claim => claim.Test?.Opposite)], family);
        return
        [
            .. measured.Select((claim, i) => Judge(
                claim with
                {
                    Test = claim.Test is { } test
                        ? test with { AdjustedP = p[i]!.Value, AdjustedOpposite = opposite[i]!.Value } : null,
                },
                [.. claim.Claim.Rows.Select(label => byLabel[label])], table)),
        ];
    }

    /// <summary>True for a claim about differences between rows.</summary>
    public static bool IsTested(ClaimSpec claim) => claim.Kind is not (ClaimKind.AtLeast or ClaimKind.AtMost);

    private static ClaimResult Measure(ClaimSpec claim, List<RowMetrics> rows, RowTest test, int family)
    {
        var result = new ClaimResult
        {
            Claim = claim,
            RowTest = test,
            Estimates = [.. rows.Select(row => row.EstimateOf(claim.Metric))],
        };
        if (result.Estimates.Any(static estimate => estimate is null)) return result;
        if (!IsTested(claim)) return result with { Value = result.Estimates[0]!.Interval };
        var seeds = rows.ConvertAll(row => Values(row, claim.Metric));
        if (claim.Kind == ClaimKind.Rising)
        {
            return result with
            {
                Test = Test(
                    [.. seeds.Zip(seeds.Skip(1), (lower, upper) => RowComparison.Of(upper, lower, test))], family),
            };
        }

        // The test is whether a difference is above 0, so the claim's bound is first subtracted from the first row's
        // values.
        var lead = claim.Kind == ClaimKind.Above ? claim.Bound : -claim.Bound;
        var shifted = RowComparison.Of(
            [.. seeds[0].Select(trial => (trial.Seed, trial.Value - lead))], seeds[1], test);
        return result with
        {
            Value = new Interval(shifted.Difference.Middle + lead, shifted.Difference.Low + lead,
                shifted.Difference.High + lead),
            Test = Test([shifted], family),
        };
    }

    private static List<(int Seed, decimal Value)> Values(RowMetrics row, TableColumn metric) =>
        [.. row.BySeed().Select(seed => (seed.Seed, seed.Metrics.EstimateOf(metric)!.Mean))];

    // An order is refuted when some pair has the opposite order. The p-value of this is the smallest of the pairs',
    // multiplied by the number of pairs (Bonferroni's correction).
    private static ClaimTest? Test(List<RowComparison> pairs, int family) =>
        pairs.Exists(static pair => pair.P is null) ? null
            : new ClaimTest(
                pairs.TrueForAll(static pair => pair.IsPaired), pairs.Max(static pair => pair.PGreater!.Value),
                Math.Min(1, pairs.Count * pairs.Min(static pair => 1 - pair.PGreater!.Value)), family);

    private static ClaimResult Judge(ClaimResult claim, List<RowMetrics> rows, TableSpec table)
    {
        ClaimResult Undecided(ClaimOutcome outcome, IEnumerable<string> reasons) =>
            claim with { Outcome = outcome, Reasons = [.. reasons.Distinct()] };

        var waiting = rows.FindAll(static row =>
            row.Trials.Count == 0 || row.Trials.Any(static trial => trial.State != TrialState.Finished));
        if (waiting.Count > 0)
            return Undecided(
                ClaimOutcome.NotRun, waiting.Where(static row => row.Gap != NotRun).Select(Gap));
        var shortfalls = rows.SelectMany(row => ClaimScale.Shortfalls(row, table)).ToList();
        if (shortfalls.Count > 0) return Undecided(ClaimOutcome.ReducedScale, shortfalls);
        var differences = rows.SelectMany(static row => row.Differences).ToList();
        if (differences.Count > 0) return Undecided(ClaimOutcome.Inconclusive, differences);
        var missed = rows.FindAll(static row => row.Gap is not null);
        if (missed.Count > 0) return Undecided(ClaimOutcome.Inconclusive, missed.Select(Gap));
        if (claim.Estimates.Any(static estimate => estimate is null))
            return Undecided(ClaimOutcome.Inconclusive, ["a row's network does not have the metric"]);
        if (claim.Estimates.Any(static estimate => estimate!.Count < 2))
            return Undecided(ClaimOutcome.Inconclusive, ["a test needs at least two seeds"]);
        if (IsTested(claim.Claim) && claim.Test is null)
            return Undecided(ClaimOutcome.Inconclusive, ["the seeds do not differ, which leaves nothing to test"]);
        return claim with { Outcome = Decide(claim) };
    }

    private static string Gap(RowMetrics row) => $"{row.Row.Label}: {row.Gap}";

    private static ClaimOutcome Decide(ClaimResult claim)
    {
        var bound = claim.Claim.Bound;
        var (isShown, isOpposite) = claim switch
        {
            { Test: { } test } => (test.AdjustedP < Level, test.AdjustedOpposite < Level),
            { Claim.Kind: ClaimKind.AtLeast, Value: { } value } => (value.Low >= bound, value.High < bound),
            { Value: { } value } => (value.High <= bound, value.Low > bound),
            _ => (false, false),
        };
        return isShown ? ClaimOutcome.Supported : isOpposite ? ClaimOutcome.Refuted : ClaimOutcome.Inconclusive;
    }
}
