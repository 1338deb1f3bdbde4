using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>The settings of a trial's sparsity penalty.</summary>
/// <param name="ExpectedConnections">The target EC; null without a target.</param>
/// <param name="Gamma">γ, the penalty's share of the total loss, in [0, 1).</param>
/// <param name="Scope">Whether EC is the target for U/N of all layers together, or of each layer separately.</param>
/// <param name="Recipe">The recipe, which determines whether an EC of one half is a target.</param>
public sealed record PenaltySettings(
    double? ExpectedConnections, double Gamma, PenaltyScope Scope = PenaltyScope.Global, RecipeKind Recipe =
        RecipeKind.Authors)
{
    /// <summary>True when EC is a target.</summary>
    public bool HasTarget => Recipe.HasTarget(ExpectedConnections);

    /// <summary>The settings of a trial.</summary>
    public static PenaltySettings Of(TrialSpec trial) =>
        new(trial.ExpectedConnections, trial.Gamma, trial.Penalty, trial.Recipe);
}
