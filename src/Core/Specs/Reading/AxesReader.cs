using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads <c>axes:</c>: entries multiply; the keys of one entry move together.</summary>
internal static class AxesReader
{
    private const string Points = "points";
    private const string When = "when";
    private const string Entry = "a map such as {sparsity: [90, 95], gamma: [0.04, 0.07]}, or {points: [{…}, {…}]}, with or without when:";

    public static List<Axis> Read(Section spec)
    {
        if (spec.Entry("axes") is not { } axes || spec.List(axes.Value, $"each entry is {Entry}") is not { } list) return [];
        var read = list.Items.Select(item => spec.MapOf(item, Entry) is { } map ? ReadAxis(map, spec.Problems) : new Axis([])).ToList();
        for (var i = 0; i < read.Count; i++) CheckAgainstOthers(read, i, list.Items[i], spec.Problems);
        return read;
    }

    private static Axis ReadAxis(YamlMap map, Problems problems)
    {
        var section = new Section(map, problems, [.. KnobReader.Names, Points, When]);
        var when = section.Entry(When) is { } condition && section.MapOf(condition.Value, "a map of knobs to values, such as {domain: learned}") is { } match
            ? KnobReader.Match(match, problems)
            : null;
        var knobs = section.Entries.Where(e => e.Key is not (Points or When)).ToList();
        if (section.Entry(Points) is { } points)
        {
            if (knobs.Count > 0) problems.Add(knobs[0].Line, knobs[0].Value.Path, "stands beside points; an axis has either points or lists");
            return new Axis(ReadPoints(section, points.Value), when);
        }

        if (knobs.Count == 0 && map.Entries.All(e => e.Key == When)) problems.Add(map, $"the axis sets no knob; it is {Entry}");
        return new Axis(ReadLists(section, knobs), when);
    }

    private static List<IReadOnlyDictionary<string, object?>> ReadPoints(Section axis, YamlNode node)
    {
        const string Allowed = "a list of maps of knobs, such as [{domain: symmetric, sparsity: none}]";
        var points = new List<IReadOnlyDictionary<string, object?>>();
        foreach (var item in axis.List(node, Allowed)?.Items ?? [])
        {
            if (axis.MapOf(item, "a map of knobs, such as {domain: symmetric, sparsity: none}") is { } map) points.Add(KnobReader.Values(map, axis.Problems));
        }

        return points;
    }

    private static List<IReadOnlyDictionary<string, object?>> ReadLists(Section axis, List<YamlEntry> knobs)
    {
        var lists = new List<(Knob Knob, IReadOnlyList<YamlNode> Items)>();
        foreach (var entry in knobs)
        {
            var knob = Knobs.Get(entry.Key);
            if (axis.List(entry.Value, $"an axis needs a list, each item {knob.Allowed}") is { } list) lists.Add((knob, list.Items));
        }

        if (lists.Select(l => l.Items.Count).Distinct().Count() > 1)
        {
            var counts = string.Join(", ", lists.Select(l => FormattableString.Invariant($"{l.Knob.Name} has {l.Items.Count}")));
            axis.Problems.Add(axis.Map, $"paired lists of unequal length: {counts}; the keys of one entry move together (separate entries multiply)");
            return [];
        }

        var points = new List<IReadOnlyDictionary<string, object?>>();
        for (var i = 0; lists.Count > 0 && i < lists[0].Items.Count; i++)
        {
            var point = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (knob, items) in lists)
            {
                if (KnobReader.TryValue(axis, knob, items[i], out var value)) point.Add(knob.Name, value);
            }

            points.Add(point);
        }

        return points;
    }

    // What can be said without the grid: two axes for one knob, and a condition on a knob that is only set further down.
    private static void CheckAgainstOthers(List<Axis> axes, int index, YamlNode node, Problems problems)
    {
        if (node is not YamlMap map) return;
        var axis = axes[index];
        foreach (var knob in axis.Points.SelectMany(p => p.Keys).Distinct(StringComparer.Ordinal))
        {
            var earlier = axes.FindIndex(0, index, a => a.When is null && a.Sets(knob));
            if (axis.When is not null || earlier < 0) continue;
            var entry = map.Entries.FirstOrDefault(e => e.Key == knob);
            problems.Add(entry?.Line ?? map.Line, $"{map.Path}.{knob}", $"axes[{earlier}] sets {knob} as well; a cell takes each knob from one axis");
        }

        foreach (var knob in axis.When?.Values.Keys ?? [])
        {
            var later = axes.FindIndex(index, a => a.Sets(knob));
            if (later < 0) continue;
            var whose = later == index ? "this axis sets it itself" : $"axes[{later}] sets it further down";
            problems.Add(map.Entries.First(e => e.Key == When).Line, $"{map.Path}.when.{knob}", $"{whose}; a condition asks about knobs of trial: and of the axes above it");
        }
    }
}
