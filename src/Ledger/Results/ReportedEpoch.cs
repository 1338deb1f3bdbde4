using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>
/// Which epoch of a finished trial a table reports, and how the trial stood to its target. Derived from the recorded
/// epochs whenever a report is made: the trainer's own choice (<see cref="TrialResult.BestEpoch"/>) is part of the
/// result's bytes, and no report shows it.
/// </summary>
internal static class ReportedEpoch
{
    /// <summary>
    /// At the target, U/N is at most this many times EC: the same share of EC at every target. Our convention.
    /// </summary>
    private const decimal Slack = 1.05m;

    /// <summary>
    /// The epoch of a trial that a table reports; null when the table's rule finds none. The first of equally accurate
    /// epochs wins.
    /// </summary>
    /// <param name="spec">The trial.</param>
    /// <param name="choice">The table's rule.</param>
    /// <param name="epochs">All its epochs, first to last.</param>
    public static EpochScore? Choose(TrialSpec spec, AccuracyChoice choice, IReadOnlyList<EpochScore> epochs) =>
        choice switch
        {
            AccuracyChoice.Best =>
                epochs.Where(epoch => IsAtTarget(spec, epoch)).MaxBy(epoch => CorrectOn(spec.SelectOn, epoch)),
            AccuracyChoice.Last => IsAtTarget(spec, epochs[^1]) ? epochs[^1] : null,
            AccuracyChoice.BestOfAll => epochs.MaxBy(epoch => CorrectOn(spec.SelectOn, epoch)),
            _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, "no rule of a table"),
        };

    /// <summary>How a trial stood to its target, over all its epochs.</summary>
    public static ConstraintOutcome Outcome(TrialSpec spec, IReadOnlyList<EpochScore> epochs) =>
        !HasTarget(spec) ? ConstraintOutcome.Unconstrained
        : epochs[^1].Ones == 0 || epochs[^1].Ones == epochs[^1].Weights ? ConstraintOutcome.Collapsed
        : epochs.Any(epoch => IsAtTarget(spec, epoch)) ? ConstraintOutcome.Reached
        : ConstraintOutcome.Missed;

    private static bool HasTarget(TrialSpec spec) => spec.Recipe.HasTarget(spec.ExpectedConnections);

    // In decimals: a target is not missed by a rounding of EC.
    private static bool IsAtTarget(TrialSpec spec, EpochScore epoch) =>
        !HasTarget(spec) || spec.Sparsity is not { } sparsity
            || epoch.Ones <= Slack * (1 - (sparsity / 100)) * epoch.Weights;

    private static int CorrectOn(SelectionSplit split, EpochScore epoch) =>
        split == SelectionSplit.Validation ? epoch.ValidationCorrect!.Value : epoch.Correct;
}
