using System.Globalization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// Names a sweep's trials by their differences: the seed, and the hyperparameters whose values differ among the trials
/// on which they have an effect. Whether a hyperparameter has an effect depends on another hyperparameter, which is
/// then part of the name. (For example, the penalty's scope has an effect only with a target.)
/// </summary>
public sealed class TrialLabels
{
    private readonly IReadOnlyList<Hyperparameter> _varying;

    /// <summary>Finds the hyperparameters that vary between a sweep's trials.</summary>
    public TrialLabels(IEnumerable<TrialSpec> trials)
    {
        var all = trials.ToList();
        _varying = [.. Hyperparameters.All.Where(parameter => all.Where(parameter.HasEffect).Select(parameter.Get)
            .Distinct().Skip(1).Any())];
        Headers = [.. _varying.Select(static parameter => parameter.Name), "seed"];
    }

    /// <summary>The names of the varying hyperparameters, and of the seed.</summary>
    public IReadOnlyList<string> Headers { get; }

    /// <summary>A trial's values, one for each header.</summary>
    public IReadOnlyList<string> Of(TrialSpec trial) =>
        [.. _varying.Select(parameter => Shown(parameter, trial)), trial.Seed.ToString(CultureInfo.InvariantCulture)];

    // A hyperparameter without effect (γ without a target) distinguishes no trials, whatever its value in the spec.
    private static string Shown(Hyperparameter parameter, TrialSpec trial) =>
        parameter.HasEffect(trial) ? parameter.Format(parameter.Get(trial)) : "–";
}
