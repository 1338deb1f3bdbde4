using System.Globalization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// Names a sweep's trials by what tells them apart: the hyperparameters whose values differ between the trials on which
/// they have an effect, and the seed. Whether a hyperparameter has an effect (a penalty's scope: with a target only)
/// follows from another hyperparameter, which then stands there.
/// </summary>
public sealed class TrialLabels
{
    private readonly IReadOnlyList<Hyperparameter> _varying;

    /// <summary>Finds what varies between a sweep's trials.</summary>
    public TrialLabels(IEnumerable<TrialSpec> trials)
    {
        var all = trials.ToList();
        _varying = [.. Hyperparameters.All.Where(parameter => all.Where(parameter.HasEffect).Select(parameter.Get)
            .Distinct().Skip(1).Any())];
        Headers = [.. _varying.Select(static parameter => parameter.Name), "seed"];
    }

    /// <summary>The names of what varies.</summary>
    public IReadOnlyList<string> Headers { get; }

    /// <summary>A trial's values, one for each header.</summary>
    public IReadOnlyList<string> Of(TrialSpec trial) =>
        [.. _varying.Select(parameter => Shown(parameter, trial)), trial.Seed.ToString(CultureInfo.InvariantCulture)];

    // A hyperparameter without effect (γ without a target) tells nothing apart, whatever stands in the spec.
    private static string Shown(Hyperparameter parameter, TrialSpec trial) =>
        parameter.HasEffect(trial) ? parameter.Format(parameter.Get(trial)) : "–";
}
