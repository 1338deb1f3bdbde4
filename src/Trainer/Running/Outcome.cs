using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>Derives a finished trial's <see cref="TrialResult"/> from its epochs.</summary>
internal static class Outcome
{
    private const decimal Tolerance = 0.005m;

    /// <summary>The result of a trial after all its epochs.</summary>
    public static TrialResult Of(TrialKey trial, TrialSpec spec, IReadOnlyList<EpochRecord> epochs)
    {
        // The first of equals.
        var best = epochs.Where(epoch => HasReached(spec, epoch)).MaxBy(epoch => CorrectOn(spec.SelectOn, epoch));
        var constraint = !spec.Recipe.HasTarget(spec.ExpectedConnections) ? ConstraintOutcome.Unconstrained
            : epochs[^1].Ones == 0 || epochs[^1].Ones == epochs[^1].Weights ? ConstraintOutcome.Collapsed
            : best is null ? ConstraintOutcome.Missed
            : ConstraintOutcome.Reached;
        return new TrialResult
        {
            Trial = trial,
            Spec = spec.WithoutPlaces(),
            Constraint = constraint,
            BestEpoch = best?.Epoch,
            Epochs = epochs
        };
    }

    private static int CorrectOn(SelectionSplit split, EpochRecord epoch) =>
        split == SelectionSplit.Validation ? epoch.Validation!.Correct : epoch.Correct;

    // Computed in decimals, so that rounding EC cannot miss a target.
    private static bool HasReached(TrialSpec spec, EpochRecord epoch) =>
        !spec.Recipe.HasTarget(spec.ExpectedConnections) || spec.Sparsity is not { } sparsity
            || epoch.Ones <= (1 - (sparsity / 100) + Tolerance) * epoch.Weights;
}
