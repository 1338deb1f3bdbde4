using System.Globalization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// Names a sweep's trials by what tells them apart: the knobs whose values differ between the trials on which they have an effect, and the
/// seed. Whether a knob has an effect (a penalty's scope: with a target only) follows from another knob, which then stands there.
/// </summary>
public sealed class TrialLabels
{
    private readonly IReadOnlyList<Knob> _varying;

    /// <summary>Finds what varies between a sweep's trials.</summary>
    public TrialLabels(IEnumerable<TrialSpec> trials)
    {
        var all = trials.ToList();
        _varying = [.. Knobs.All.Where(knob => all.Where(knob.HasEffect).Select(knob.Get).Distinct().Skip(1).Any())];
        Headers = [.. _varying.Select(static knob => knob.Name), "seed"];
    }

    /// <summary>The names of what varies.</summary>
    public IReadOnlyList<string> Headers { get; }

    /// <summary>A trial's values, one for each header.</summary>
    public IReadOnlyList<string> Of(TrialSpec trial) =>
        [.. _varying.Select(knob => Shown(knob, trial)), trial.Seed.ToString(CultureInfo.InvariantCulture)];

    // A knob without effect (γ without a target) tells nothing apart, whatever stands in the spec.
    private static string Shown(Knob knob, TrialSpec trial) => knob.HasEffect(trial) ? knob.Format(knob.Get(trial)) : "–";
}
