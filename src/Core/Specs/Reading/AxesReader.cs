using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// Reads <c>axes:</c>. Each entry is an axis. Axes multiply; the hyperparameters of one axis change together.
/// </summary>
internal static class AxesReader
{
    private const string Points = "points";
    private const string When = "when";
    private const string Entry =
        "a map such as {sparsity: [90, 95], gamma: [0.04, 0.07]}, or {points: [{…}, {…}]}, with or without when:";

    public static List<Axis> Read(Section spec)
    {
        if (spec.Entry("axes") is not { } axes
            || spec.List(axes.Value, $"a list; each entry is {Entry}") is not { } list)
            return [];
        var read = list.Items.Select(item => spec.MapOf(item, Entry) is { } map ? ReadAxis(map, spec.Problems)
            : new Axis([])).ToList();
        for (var i = 0; i < read.Count; i++) CheckAgainstOthers(read, i, list.Items[i], spec.Problems);
        return read;
    }

    private static Axis ReadAxis(YamlMap map, Problems problems)
    {
        var section = new Section(map, problems, [.. HyperparameterReader.Names, Points, When]);
        var when = section.Entry(When) is { } condition
            && section.MapOf(condition.Value, "a map of hyperparameters to values, such as {domain: learned}")
                is { } match
            ? HyperparameterReader.Match(match, problems)
            : null;
        var parameters = section.Entries.Where(e => e.Key is not (Points or When)).ToList();
        if (section.Entry(Points) is { } points)
        {
            if (parameters.Count > 0)
                problems.Add(parameters[0].Line, parameters[0].Value.Path,
                    "an axis may have either points: or lists of hyperparameter values, not both; remove one of them");
            return new Axis(ReadPoints(section, points.Value), when);
        }

        if (parameters.Count == 0 && map.Entries.All(e => e.Key == When))
            problems.Add(map, $"the axis sets no hyperparameter (allowed: {Entry})");
        return new Axis(ReadLists(section, parameters), when);
    }

    private static List<IReadOnlyDictionary<string, object?>> ReadPoints(Section axis, YamlNode node)
    {
        const string Allowed = "a list of maps of hyperparameters, such as [{domain: symmetric, sparsity: none}]";
        var points = new List<IReadOnlyDictionary<string, object?>>();
        foreach (var item in axis.List(node, Allowed)?.Items ?? [])
        {
            if (axis.MapOf(item, "a map of hyperparameters, such as {domain: symmetric, sparsity: none}") is { } map)
                points.Add(HyperparameterReader.Values(map, axis.Problems));
        }

        return points;
    }

    private static List<IReadOnlyDictionary<string, object?>> ReadLists(Section axis, List<YamlEntry> parameters)
    {
        var lists = new List<(Hyperparameter Hyperparameter, IReadOnlyList<YamlNode> Items)>();
        foreach (var entry in parameters)
        {
            var parameter = Hyperparameters.Get(entry.Key);
            if (axis.List(entry.Value, $"a list; each item is {parameter.Allowed}") is { } list)
                lists.Add((parameter, list.Items));
        }

        if (lists.Select(l => l.Items.Count).Distinct().Count() > 1)
        {
            var counts = string.Join(
                ", ", lists.Select(l =>
                    FormattableString.Invariant($"{l.Hyperparameter.Name} has {l.Items.Count} values")));
            axis.Problems.Add(axis.Map,
                $"paired lists must have equal lengths, but {counts}; make them equally long, or write separate "
                    + "entries, which are combined in every way");
            return [];
        }

        var points = new List<IReadOnlyDictionary<string, object?>>();
        for (var i = 0; lists.Count > 0 && i < lists[0].Items.Count; i++)
        {
            var point = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (parameter, items) in lists)
            {
                if (HyperparameterReader.TryValue(axis, parameter, items[i], out var value))
                    point.Add(parameter.Name, value);
            }

            points.Add(point);
        }

        return points;
    }

    // Reports two mistakes that can be found without building the grid: two axes that set one hyperparameter, and a
    // condition on a hyperparameter that this axis or a later one sets.
    private static void CheckAgainstOthers(List<Axis> axes, int index, YamlNode node, Problems problems)
    {
        if (node is not YamlMap map) return;
        var axis = axes[index];
        foreach (var parameter in axis.Points.SelectMany(p => p.Keys).Distinct(StringComparer.Ordinal))
        {
            var earlier = axes.FindIndex(0, index, a => a.When is null && a.Sets(parameter));
            if (axis.When is not null || earlier < 0) continue;
            var entry = map.Entries.FirstOrDefault(e => e.Key == parameter);
            problems.Add(entry?.Line ?? map.Line, $"{map.Path}.{parameter}",
                $"axes[{earlier}] already sets {parameter}; only one axis may set a hyperparameter of a cell");
        }

        foreach (var parameter in axis.When?.Values.Keys ?? [])
        {
            var later = axes.FindIndex(index, a => a.Sets(parameter));
            if (later < 0) continue;
            var fault = later == index ? $"this axis itself sets {parameter}"
                : $"the later axes[{later}] sets {parameter}";
            problems.Add(map.Entries.First(e => e.Key == When).Line, $"{map.Path}.when.{parameter}",
                $"{fault} (allowed: hyperparameters of trial: and of earlier axes)");
        }
    }
}
