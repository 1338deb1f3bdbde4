using System.Globalization;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>
/// Chooses the epoch of a finished trial that a table reports, and decides whether the trial reached its target. Both
/// are computed from the recorded epochs whenever a report is made. The trainer's own choice
/// (<see cref="TrialResult.BestEpoch"/>) is part of the result's bytes, but no report shows it.
/// </summary>
public static class ReportedEpoch
{
    /// <summary>An epoch reaches the target when its U/N is at most this many times EC.</summary>
    public const decimal Tolerance = SparsityTarget.Tolerance;

    /// <summary>The rule for reaching the target, as reports show it.</summary>
    public static string Rule { get; } = string.Create(CultureInfo.InvariantCulture, $"U/N ≤ {Tolerance}·EC");

    /// <summary>
    /// The epoch of a trial that a table reports; null when no epoch satisfies the table's rule. Of equally accurate
    /// epochs the first is chosen.
    /// </summary>
    /// <param name="spec">The trial.</param>
    /// <param name="choice">The table's rule.</param>
    /// <param name="epochs">All epochs of the trial, in order.</param>
    public static EpochScore? Choose(TrialSpec spec, AccuracyChoice choice, IReadOnlyList<EpochScore> epochs) =>
        choice switch
        {
            AccuracyChoice.Best =>
                epochs.Where(epoch => IsAtTarget(spec, epoch)).MaxBy(epoch => CorrectOn(spec.SelectOn, epoch)),
            AccuracyChoice.Last => IsAtTarget(spec, epochs[^1]) ? epochs[^1] : null,
            AccuracyChoice.BestOfAll => epochs.MaxBy(epoch => CorrectOn(spec.SelectOn, epoch)),
            _ => throw new ArgumentOutOfRangeException(
                nameof(choice), choice, "not a rule for choosing the reported epoch"),
        };

    /// <summary>
    /// Whether any epoch of a trial reached the trial's target, or all binary weights had one value at the last epoch.
    /// </summary>
    public static ConstraintOutcome Outcome(TrialSpec spec, IReadOnlyList<EpochScore> epochs) =>
        !SparsityTarget.Exists(spec) ? ConstraintOutcome.Unconstrained
        : epochs[^1].Ones == 0 || epochs[^1].Ones == epochs[^1].Weights ? ConstraintOutcome.Collapsed
        : epochs.Any(epoch => IsAtTarget(spec, epoch)) ? ConstraintOutcome.Reached
        : ConstraintOutcome.Missed;

    private static bool IsAtTarget(TrialSpec spec, EpochScore epoch) =>
        SparsityTarget.IsReached(spec, epoch.Ones, epoch.Weights);

    private static int CorrectOn(SelectionSplit split, EpochScore epoch) =>
        split == SelectionSplit.Validation ? epoch.ValidationCorrect!.Value : epoch.Correct;
}
