using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>A condition on a trial's knobs: all named knobs hold one of the listed values.</summary>
/// <param name="Values">Knob name to allowed values, as <see cref="Knob.TryParse"/> gives them; <c>seed</c> is not a knob.</param>
public sealed record KnobMatch(IReadOnlyDictionary<string, IReadOnlyList<object?>> Values)
{
    /// <summary>True when the trial holds, for every knob named, one of the values listed.</summary>
    public bool Matches(TrialSpec trial)
    {
        foreach (var (name, allowed) in Values)
        {
            var value = Knobs.Get(name).Get(trial);
            if (!allowed.Contains(value)) return false;
        }

        return true;
    }
}
