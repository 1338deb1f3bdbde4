namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Suggests the word that a user probably meant, for messages about unknown words.</summary>
public static class SpellingSuggestion
{
    /// <summary>A hint such as "; did you mean gamma?"; empty when no candidate is similar.</summary>
    public static string Hint(string written, IEnumerable<string> candidates) =>
        Nearest(written, candidates) is { } near ? $"; did you mean {near}?" : "";

    /// <summary>
    /// A hint for a file that does not exist: the spec of the sweep with that name, else the most similar file name in
    /// its folder, with the folder as the user wrote it.
    /// </summary>
    /// <param name="written">The path as written.</param>
    /// <param name="folder">The folder to which the path is relative; null for the current folder.</param>
    public static string HintOfFile(string written, string? folder = null)
    {
        var root = Path.GetFullPath(folder is null or "" ? "." : folder);
        if (SpecReader.IsName(written)
            && Array.Find([$"{written}.yaml", $"sweeps/{written}.yaml"], path => File.Exists(Path.Combine(root, path)))
                is { } spec)
            return $"; did you mean {spec}?";
        var place = Path.GetDirectoryName(Path.GetFullPath(written, root));
        if (!Directory.Exists(place)) return "";
        var names = Directory.EnumerateFiles(place, "*.yaml").Select(f => Path.GetFileName(f)!)
            .Order(StringComparer.Ordinal);
        return Nearest(Path.GetFileName(written), names) is { } near
            ? $"; did you mean {Path.Combine(Path.GetDirectoryName(written) ?? "", near)}?" : "";
    }

    /// <summary>
    /// The most similar candidate other than the word itself, ignoring case. Its distance (insertions, deletions,
    /// replacements and swaps of neighbours) may be at most a third of the word's length, and between one and three. If
    /// no candidate is that similar, the first one that starts with the word; otherwise null.
    /// </summary>
    public static string? Nearest(string written, IEnumerable<string> candidates)
    {
        if (written.Length > 64) return null;
        var word = written.ToLowerInvariant();
        var allowed = Math.Clamp(word.Length / 3, 1, 3);
        var all = candidates.Where(c => c != written).ToList();
        var near = all.Select(c => (Word: c, Distance: Distance(word, c.ToLowerInvariant())))
            .Where(c => c.Distance <= allowed).ToList();
        if (near.Count > 0) return near.MinBy(c => c.Distance).Word;
        return word.Length < 3 ? null : all.FirstOrDefault(c => c.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }

    // Optimal string alignment: Levenshtein's distance, with a swap of neighbours as one step.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
