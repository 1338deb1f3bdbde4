using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>The settings of a trial's sparsity penalty.</summary>
/// <param name="ExpectedConnections">The target EC; null without a target.</param>
/// <param name="Gamma">γ, the penalty's share of the total loss, in [0, 1).</param>
/// <param name="Scope">Whether EC is the target for U/N of all layers together, or of each layer separately.</param>
/// <param name="Recipe">The recipe, which determines whether an EC of one half is a target.</param>
/// <param name="Model">
/// The model. In ImageNet's layout the authors' code counts ones by another function and has no exception for an EC of
/// one half.
/// </param>
public sealed record PenaltySettings(
    double? ExpectedConnections, double Gamma, PenaltyScope Scope = PenaltyScope.Global,
    RecipeKind Recipe = RecipeKind.Authors, ModelKind Model = ModelKind.ResNet18)
{
    /// <summary>True when EC is a target.</summary>
    public bool HasTarget => Recipe.HasTarget(Model, ExpectedConnections);

    /// <summary>
    /// dU/dw, the gradient of the number of ones with respect to every weight. It is 1/2 where the authors' code counts
    /// by (1 + sgn(w))/2, and 1 in ImageNet's layout, where it counts by a step from 0 to 1. Both functions pass
    /// gradients through unchanged.
    /// </summary>
    public double OnesSlope => Model.IsForImageNet() ? 1 : 0.5;

    /// <summary>λ is 0 where h is at most this.</summary>
    public double Threshold => Model.IsForImageNet() ? 1e-5 : 1e-4;

    /// <summary>The settings of a trial.</summary>
    public static PenaltySettings Of(TrialSpec trial) =>
        new(trial.ExpectedConnections, trial.Gamma, trial.Penalty, trial.Recipe, trial.Model);
}
