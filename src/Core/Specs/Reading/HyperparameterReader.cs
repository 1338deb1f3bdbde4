using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads hyperparameters and conditions, which several keys of a spec have.</summary>
internal static class HyperparameterReader
{
    public static IReadOnlyList<string> Names { get; } = [.. Hyperparameters.All.Select(k => k.Name)];

    /// <summary>Reads a hyperparameter's value. False when the value is not allowed, which is reported.</summary>
    public static bool TryValue(Section section, Hyperparameter parameter, YamlNode node, out object? value)
    {
        value = null;
        if (section.TextOf(node, parameter.Allowed) is not { } text) return false;
        if (parameter.TryParse(text, out value)) return true;
        var words = (parameter.Type.Words ?? []).Concat(parameter.Type.NullWord is { } word ? [word] : []);
        section.Problems.Add(node, Section.NotAllowed(text, parameter.Allowed) + SpellingSuggestion.Hint(text, words));
        return false;
    }

    /// <summary>
    /// Reads a map of hyperparameters to single values, as under <c>trial:</c> and in <c>points:</c>.
    /// </summary>
    /// <param name="map">The map.</param>
    /// <param name="problems">Where mistakes are reported.</param>
    /// <param name="allowed">The names of the hyperparameters that are allowed; null for all.</param>
    public static Dictionary<string, object?> Values(
        YamlMap map, Problems problems, IReadOnlyList<string>? allowed = null)
    {
        var section = new Section(map, problems, allowed ?? Names);
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var entry in section.Entries)
        {
            if (TryValue(section, Hyperparameters.Get(entry.Key), entry.Value, out var value))
                values.Add(entry.Key, value);
        }

        return values;
    }

    /// <summary>Reads a condition: a map of hyperparameters to one value or a list of values.</summary>
    public static HyperparameterMatch Match(YamlMap map, Problems problems)
    {
        var section = new Section(map, problems, Names);
        var match = new Dictionary<string, IReadOnlyList<object?>>(StringComparer.Ordinal);
        foreach (var entry in section.Entries)
        {
            var parameter = Hyperparameters.Get(entry.Key);
            IReadOnlyList<YamlNode> items = entry.Value is YamlList
                ? section.List(entry.Value, $"one value, or a list of values; each is {parameter.Allowed}")?.Items ?? []
                : [entry.Value];
            var values = new List<object?>();
            foreach (var item in items)
            {
                if (TryValue(section, parameter, item, out var value)) values.Add(value);
            }

            match.Add(entry.Key, values);
        }

        return new HyperparameterMatch(match);
    }
}
