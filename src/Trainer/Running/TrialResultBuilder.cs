using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>Computes the <see cref="TrialResult"/> of a finished trial from its epochs.</summary>
internal static class TrialResultBuilder
{
    private const decimal Tolerance = 0.005m;

    /// <summary>Computes the result of a trial whose epochs are all finished.</summary>
    public static TrialResult Build(TrialKey trial, TrialSpec spec, IReadOnlyList<EpochRecord> epochs)
    {
        // Of several epochs with the highest accuracy, MaxBy returns the first.
        var best = epochs.Where(epoch => HasReached(spec, epoch)).MaxBy(epoch => CorrectOn(spec.SelectOn, epoch));
        var constraint = !SparsityTarget.Exists(spec) ? ConstraintOutcome.Unconstrained
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

    // The comparison uses decimals, because rounding EC to a double could miss a target that was reached exactly.
    private static bool HasReached(TrialSpec spec, EpochRecord epoch) =>
        !SparsityTarget.Exists(spec) || spec.Sparsity is not { } sparsity
            || epoch.Ones <= (1 - (sparsity / 100) + Tolerance) * epoch.Weights;
}
