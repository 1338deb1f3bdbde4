using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Claims;

/// <summary>A claim with its outcome, and the numbers and the test behind it.</summary>
public sealed record ClaimResult
{
    /// <summary>The claim.</summary>
    public required ClaimSpec Claim { get; init; }

    /// <summary>The table's test of differences.</summary>
    public RowTest RowTest { get; init; }

    /// <summary>The outcome.</summary>
    public ClaimOutcome Outcome { get; init; } = ClaimOutcome.Inconclusive;

    /// <summary>
    /// The claim's metric for each of the claim's rows, in the claim's order; null for a row without a mean.
    /// </summary>
    public required IReadOnlyList<Estimate?> Estimates { get; init; }

    /// <summary>
    /// The first row's mean minus the second row's, or the only row's mean, with its 95 % interval. Null for an order
    /// of rows, and when a row has no mean.
    /// </summary>
    public Interval? Value { get; init; }

    /// <summary>
    /// The tests; null for a claim that compares one row with a bound, and when the values of the seeds do not differ.
    /// </summary>
    public ClaimTest? Test { get; init; }

    /// <summary>Why the claim is neither supported nor refuted; empty when the numbers are the reason.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];
}
