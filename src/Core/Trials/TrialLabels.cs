using System.Globalization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Names a sweep's trials by what tells them apart: the knobs whose values differ between them, and the seed.</summary>
public sealed class TrialLabels
{
    private readonly IReadOnlyList<Knob> _varying;

    /// <summary>Finds what varies between a sweep's trials.</summary>
    public TrialLabels(IEnumerable<TrialSpec> trials)
    {
        var all = trials.ToList();
        _varying = [.. Knobs.All.Where(knob => all.Select(trial => Shown(knob, trial)).Distinct().Skip(1).Any())];
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
