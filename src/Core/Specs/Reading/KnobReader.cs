using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads knobs and conditions on knobs wherever a spec has them.</summary>
internal static class KnobReader
{
    public static IReadOnlyList<string> Names { get; } = [.. Knobs.All.Select(k => k.Name)];

    /// <summary>A knob's value; false when it is not allowed (reported).</summary>
    public static bool TryValue(Section section, Knob knob, YamlNode node, out object? value)
    {
        value = null;
        if (section.TextOf(node, knob.Allowed) is not { } text) return false;
        if (knob.TryParse(text, out value)) return true;
        var words = (knob.Type.Words ?? []).Concat(knob.Type.NullWord is { } word ? [word] : []);
        section.Problems.Add(node, Section.NotAllowed(text, knob.Allowed) + Spelling.Hint(text, words));
        return false;
    }

    /// <summary>A map of knobs to single values, as under <c>trial:</c> and in <c>points:</c>.</summary>
    public static Dictionary<string, object?> Values(YamlMap map, Problems problems)
    {
        var section = new Section(map, problems, Names);
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var entry in section.Entries)
        {
            if (TryValue(section, Knobs.Get(entry.Key), entry.Value, out var value)) values.Add(entry.Key, value);
        }

        return values;
    }

    /// <summary>A condition: knobs with one value or a list of them.</summary>
    public static KnobMatch Match(YamlMap map, Problems problems)
    {
        var section = new Section(map, problems, Names);
        var match = new Dictionary<string, IReadOnlyList<object?>>(StringComparer.Ordinal);
        foreach (var entry in section.Entries)
        {
            var knob = Knobs.Get(entry.Key);
            IReadOnlyList<YamlNode> items = entry.Value is YamlList
                ? section.List(entry.Value, $"one value or more: {knob.Allowed}")?.Items ?? []
                : [entry.Value];
            var values = new List<object?>();
            foreach (var item in items)
            {
                if (TryValue(section, knob, item, out var value)) values.Add(value);
            }

            match.Add(entry.Key, values);
        }

        return new KnobMatch(match);
    }
}
