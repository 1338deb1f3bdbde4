using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>What a trial asks of its sparsity penalty.</summary>
/// <param name="ExpectedConnections">EC; null when there is no target.</param>
/// <param name="Gamma">γ, the penalty's share of the total loss, in [0, 1).</param>
/// <param name="Scope">Whether U/N is held to EC over all layers together, or in each.</param>
/// <param name="Recipe">Whether EC of one half is a target.</param>
public sealed record PenaltySettings(
    double? ExpectedConnections, double Gamma, PenaltyScope Scope = PenaltyScope.Global, RecipeKind Recipe =
        RecipeKind.Authors)
{
    /// <summary>True when U/N is held to EC.</summary>
    public bool HasTarget => Recipe.HasTarget(ExpectedConnections);

    /// <summary>Those of a trial.</summary>
    public static PenaltySettings Of(TrialSpec trial) =>
        new(trial.ExpectedConnections, trial.Gamma, trial.Penalty, trial.Recipe);
}
