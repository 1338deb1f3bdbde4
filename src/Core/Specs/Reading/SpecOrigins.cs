using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// Where the text of a recorded spec sets its hyperparameters. The text was valid when it was recorded, perhaps for an
/// older sbnn, so nothing is reported here.
/// </summary>
public sealed class SpecOrigins
{
    /// <summary>The origin of a value that the spec does not set.</summary>
    public const string Default = "default";

    private readonly YamlMap _root;
    private readonly IReadOnlyDictionary<string, object?> _trial;
    private readonly IReadOnlyList<Axis> _axes;

    private SpecOrigins(YamlMap root, Problems unreported)
    {
        var section = new Section(root, unreported, "trial", "axes");
        _root = root;
        _trial = section.Entry("trial")?.Value is YamlMap trial
            ? HyperparameterReader.Values(trial, unreported) : new Dictionary<string, object?>();
        _axes = AxesReader.Read(section);
    }

    /// <summary>Reads a spec; null when the text is not a map of YAML.</summary>
    public static SpecOrigins? TryRead(string yaml)
    {
        try
        {
            var unreported = new Problems("spec");
            return new SpecOrigins(YamlText.ParseMap(yaml, unreported, ""), unreported);
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    /// <summary>
    /// The key paths that set a hyperparameter of some trials: <c>trial.gamma</c>, <c>axes[0].gamma</c>, or <see
    /// cref="Default"/>. Empty when the text does not explain the value of each trial.
    /// </summary>
    /// <param name="parameter">The hyperparameter.</param>
    /// <param name="trials">Trials of the spec on which it has an effect.</param>
    public IReadOnlyList<string> Of(Hyperparameter parameter, IReadOnlyCollection<TrialSpec> trials)
    {
        var name = parameter.Name;
        var axes = _axes.Index().Where(axis => axis.Item.Sets(name)).ToList();
        var isSet = _trial.TryGetValue(name, out var written);
        List<(string Path, Func<TrialSpec, bool> Explains)> places =
        [
            (isSet ? $"trial.{name}" : Default, trial =>
                Equals(parameter.Get(trial), isSet ? written : parameter.Default)
                && axes.TrueForAll(axis => LeavesOut(axis.Item, name, trial))),
            .. axes.Select(axis => (FormattableString.Invariant($"axes[{axis.Index}].{name}"),
                SetBy(axis.Item, parameter))),
        ];
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var trial in trials)
        {
            var found = places.Where(place => place.Explains(trial)).Select(static place => place.Path).ToList();
            if (found.Count == 0) return [];
            used.UnionWith(found);
        }

        return [.. places.Select(static place => place.Path).Where(used.Contains)];
    }

    /// <summary>
    /// The key path of another setting, such as <c>table.accuracy</c>, if the spec sets it; otherwise <see
    /// cref="Default"/>.
    /// </summary>
    public string Of(string path)
    {
        YamlNode? node = _root;
        foreach (var key in path.Split('.'))
            node = (node as YamlMap)?.Entries.FirstOrDefault(entry => entry.Key == key)?.Value;
        return node is null ? Default : path;
    }

    private static Func<TrialSpec, bool> SetBy(Axis axis, Hyperparameter parameter)
    {
        var points = axis.Points.Where(point => point.ContainsKey(parameter.Name))
            .ToLookup(point => point[parameter.Name]);
        return trial => Applies(axis, trial)
            && points[parameter.Get(trial)].Any(point => point.All(entry => Has(trial, entry.Key, [entry.Value])));
    }

    private static bool LeavesOut(Axis axis, string name, TrialSpec trial) => !Applies(axis, trial)
        || axis.Points.Any(point =>
            !point.ContainsKey(name) && point.All(entry => Has(trial, entry.Key, [entry.Value])));

    private static bool Applies(Axis axis, TrialSpec trial) =>
        axis.When?.Values.All(entry => Has(trial, entry.Key, entry.Value)) ?? true;

    // A recorded trial has the defaults of hyperparameters without effect, whatever its cell had.
    private static bool Has(TrialSpec trial, string name, IReadOnlyList<object?> values)
    {
        var parameter = Hyperparameters.Get(name);
        return !parameter.HasEffect(trial) || values.Contains(parameter.Get(trial));
    }
}
