using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// A condition on a trial's hyperparameters: all named hyperparameters hold one of the listed values.
/// </summary>
/// <param name="Values">Hyperparameter name to allowed values, as <see cref="Hyperparameter.TryParse"/> gives them;
/// <c>seed</c> is not a hyperparameter.</param>
public sealed record HyperparameterMatch(IReadOnlyDictionary<string, IReadOnlyList<object?>> Values)
{
    /// <summary>True when the trial holds, for every hyperparameter named, one of the values listed.</summary>
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
