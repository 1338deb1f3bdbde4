using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// A condition on a trial's hyperparameters: each named hyperparameter must have one of the listed values.
/// </summary>
/// <param name="Values">Hyperparameter names and their allowed values, as returned by
/// <see cref="Hyperparameter.TryParse"/>; <c>seed</c> is not a hyperparameter.</param>
public sealed record HyperparameterMatch(IReadOnlyDictionary<string, IReadOnlyList<object?>> Values)
{
    /// <summary>True when every named hyperparameter of the trial has one of the listed values.</summary>
    public bool Matches(TrialSpec trial)
    {
        foreach (var (name, allowed) in Values)
        {
            var value = Hyperparameters.Get(name).Get(trial);
            if (!allowed.Contains(value)) return false;
        }

        return true;
    }
}
