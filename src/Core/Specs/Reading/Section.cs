using System.Globalization;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// A map of a spec with a fixed list of keys. Unknown and duplicate keys are reported when the section is created, and
/// wrong types when a key is read.
/// </summary>
internal sealed class Section
{
    private readonly Dictionary<string, YamlEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Creates the section of a map in which only the listed keys are allowed.</summary>
    public Section(YamlMap map, Problems problems, params IReadOnlyList<string> allowed)
    {
        (Map, Problems) = (map, problems);
        foreach (var entry in map.Entries)
        {
            var path = entry.Value.Path;
            if (!allowed.Contains(entry.Key, StringComparer.Ordinal))
                problems.Add(entry.Line, path, UnknownKey(entry.Key, allowed));
            else if (!_entries.TryAdd(entry.Key, entry))
                problems.Add(entry.Line, path, $"duplicate key (first on line {_entries[entry.Key].Line})");
        }
    }

    public YamlMap Map { get; }

    public Problems Problems { get; }

    /// <summary>The entries with allowed keys, in the order of the file.</summary>
    public IEnumerable<YamlEntry> Entries =>
        Map.Entries.Where(e => _entries.TryGetValue(e.Key, out var known) && ReferenceEquals(known, e));

    public YamlEntry? Entry(string key) => _entries.GetValueOrDefault(key);

    /// <summary>The text of a key's value; null when the key is missing. A list or a map is reported.</summary>
    public string? Text(string key, string allowed) => Entry(key) is { } entry ? TextOf(entry.Value, allowed) : null;

    /// <summary>The text of a heading or label: one line of limited length.</summary>
    public string? Line(string key)
    {
        const string Allowed = "a text on one line, of 1 to 200 characters";
        var text = Text(key, Allowed);
        if (text is null || (text.Trim().Length is > 0 and <= 200 && !text.Any(char.IsControl))) return text?.Trim();
        Problems.Add(Entry(key)!.Value, NotAllowed(text, Allowed));
        return null;
    }

    /// <summary>A required key's entry; null when it is missing, which is reported.</summary>
    public YamlEntry? Required(string key, string allowed)
    {
        if (Entry(key) is { } entry) return entry;
        Problems.Add(Map.Line, Map.Path.Length == 0 ? key : $"{Map.Path}.{key}", $"missing (allowed: {allowed})");
        return null;
    }

    public int Whole(string key, int least, int most, int otherwise)
    {
        var allowed = WholeAllowed(least, most);
        if (Text(key, allowed) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
            return number;
        Problems.Add(Entry(key)!.Value, NotAllowed(text, allowed));
        return otherwise;
    }

    /// <summary>
    /// A number above 0 in decimal notation; null when the value is something else, which is reported.
    /// </summary>
    public decimal? Positive(YamlNode node, decimal most)
    {
        var allowed = FormattableString.Invariant($"a number above 0, at most {most}");
        if (TextOf(node, allowed) is not { } text) return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= most)
            return number;
        Problems.Add(node, NotAllowed(text, allowed));
        return null;
    }

    public bool Flag(string key)
    {
        if (Text(key, "true or false") is not { } text) return false;
        if (text is not ("true" or "false")) Problems.Add(Entry(key)!.Value, NotAllowed(text, "true or false"));
        return text == "true";
    }

    /// <summary>The value, which must be one of the words; null when it is not, which is reported.</summary>
    public string? Word(YamlNode node, IReadOnlyList<string> words)
    {
        var allowed = string.Join(", ", words);
        if (TextOf(node, allowed) is not { } text) return null;
        if (words.Contains(text, StringComparer.Ordinal)) return text;
        Problems.Add(node, NotAllowed(text, allowed) + SpellingSuggestion.Hint(text, words));
        return null;
    }

    /// <summary>The value, which must be a list that is not empty; null when it is not, which is reported.</summary>
    public YamlList? List(YamlNode node, string allowed)
    {
        if (node is YamlList { Items.Count: > 0 } list) return list;
        Problems.Add(node, node is YamlList ? $"the list is empty (allowed: {allowed})" : WrongKind(node, allowed));
        return null;
    }

    /// <summary>The value, which must be a map that is not empty; null when it is not, which is reported.</summary>
    public YamlMap? MapOf(YamlNode node, string allowed)
    {
        if (node is YamlMap { Entries.Count: > 0 } map) return map;
        Problems.Add(node, node is YamlMap ? $"the map is empty (allowed: {allowed})" : WrongKind(node, allowed));
        return null;
    }

    /// <summary>
    /// The text of a node, which must be a single value that is not empty; null when it is not, which is reported.
    /// </summary>
    public string? TextOf(YamlNode node, string allowed)
    {
        if (node is YamlScalar { IsNothing: false } scalar) return scalar.Text;
        Problems.Add(node, WrongKind(node, allowed));
        return null;
    }

    public static string WholeAllowed(int least, int most) =>
        FormattableString.Invariant($"a whole number from {least} to {most}");

    public static string NotAllowed(string text, string allowed) =>
        $"{Shown(text)} is not allowed (allowed: {allowed})";

    /// <summary>The text of a value for messages: on one line, and shortened when it is long.</summary>
    public static string Shown(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length == 0 ? "an empty text" : line.Length > 60 ? line[..60] + "…" : line;
    }

    private static string WrongKind(YamlNode node, string allowed) => node switch
    {
        YamlScalar { IsNothing: true } => $"the value is missing (allowed: {allowed})",
        YamlScalar scalar => $"{Shown(scalar.Text)} is a single value (allowed: {allowed})",
        _ => $"{node.Kind} is not allowed here (allowed: {allowed})",
    };

    private static string UnknownKey(string key, IReadOnlyList<string> allowed) =>
        key == "seed" && !allowed.Contains(key, StringComparer.Ordinal)
            ? "unknown key; the seed is not a hyperparameter; list the seeds under seeds:"
            : $"unknown key (allowed: {string.Join(", ", allowed)}){SpellingSuggestion.Hint(key, allowed)}";
}
