using System.Globalization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// Names a sweep's trials by their differences: the seed, and the hyperparameters whose values differ among the trials
/// on which they have an effect. Whether a hyperparameter has an effect depends on another hyperparameter, which is
/// then part of the name. (For example, the penalty's scope has an effect only with a target.)
/// </summary>
public sealed class TrialLabels
{
    /// <summary>Finds the hyperparameters that vary between a sweep's trials.</summary>
    public TrialLabels(IEnumerable<TrialSpec> trials)
        : this(FindVarying([.. trials]))
    {
    }

    private TrialLabels(IReadOnlyList<Hyperparameter> varying)
    {
        Varying = varying;
        Headers = [.. Varying.Select(static parameter => parameter.Name), "seed"];
    }

    /// <summary>
    /// Labels with known hyperparameters. Names that this version does not have are left out.
    /// </summary>
    /// <param name="varying">The names of the hyperparameters that vary.</param>
    public static TrialLabels OfVarying(IEnumerable<string> varying) => new([.. Known(varying)]);

    /// <summary>The hyperparameters that vary, in the order of <see cref="Hyperparameters.All"/>.</summary>
    public IReadOnlyList<Hyperparameter> Varying { get; }

    /// <summary>The names of the varying hyperparameters, and of the seed.</summary>
    public IReadOnlyList<string> Headers { get; }

    /// <summary>A trial's values, one for each header.</summary>
    public IReadOnlyList<string> Of(TrialSpec trial) =>
        [.. Varying.Select(parameter => Shown(parameter, trial)), trial.Seed.ToString(CultureInfo.InvariantCulture)];

    private static IEnumerable<Hyperparameter> Known(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (Hyperparameters.TryGet(name, out var parameter)) yield return parameter;
        }
    }

    private static List<Hyperparameter> FindVarying(List<TrialSpec> trials) =>
        [.. Hyperparameters.All.Where(parameter => trials.Where(parameter.HasEffect).Select(parameter.Get)
            .Distinct().Skip(1).Any())];

    // A hyperparameter without effect (γ without a target) distinguishes no trials, whatever its value in the spec.
    private static string Shown(Hyperparameter parameter, TrialSpec trial) =>
        parameter.HasEffect(trial) ? parameter.Format(parameter.Get(trial)) : "–";
}
