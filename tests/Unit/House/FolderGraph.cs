using System.Text.RegularExpressions;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>
/// Finds which folders of a project use types of which other folders, by name: a type is declared in one folder, and a
/// file in another folder contains its name. Names of members, enum members and types that two folders declare are
/// ignored.
/// </summary>
internal sealed partial class FolderGraph
{
    private const string Keywords =
        "as|async|await|abstract|case|class|const|enum|else|event|in|interface|internal|is|nameof"
        + "|new|not|operator|or|and|out|override|partial|private|protected|public|readonly|record|ref|required|return"
        + "|sealed|static|struct|this|throw|using|virtual|when|where|yield";

    private readonly Dictionary<string, Dictionary<string, Use>> _uses = new(StringComparer.Ordinal);

    /// <summary>Reads a project's files.</summary>
    /// <param name="files">The paths below the project's folder, with the files' texts.</param>
    public FolderGraph(IReadOnlyDictionary<string, string> files)
    {
        var codes = files.ToDictionary(
            static file => file.Key, static file => EnumBody().Replace(CodeText.Of(file.Value), "$1"));
        var folders = codes
            .SelectMany(static file =>
                Declared(file.Key, file.Value).Select(type => (Type: type, Folder: FolderOf(file.Key))))
            .Distinct().GroupBy(static d => d.Type).Where(static types => types.Count() == 1)
            .ToDictionary(static types => types.Key, static types => types.Single().Folder);
        foreach (var (file, code) in codes.OrderBy(static file => file.Key, StringComparer.Ordinal))
        {
            var own = FolderOf(file);
            if (!_uses.TryGetValue(own, out var uses)) _uses[own] = uses = new(StringComparer.Ordinal);
            foreach (var (qualifier, type) in Used(code).Distinct())
            {
                if (!folders.TryGetValue(type, out var folder) || folder == own) continue;
                if (qualifier is null || qualifier == Path.GetFileName(folder))
                    uses.TryAdd(folder, new Use(file, type));
            }
        }
    }

    /// <summary>
    /// Returns the shortest cycle, such as "A -> B (A/File.cs: Type) -> A (B/Other.cs: Type)"; null without a cycle.
    /// </summary>
    public string? FindCycle() => _uses.Keys.Select(PathToItself).OfType<List<string>>()
        .OrderBy(static path => path.Count).ThenBy(static path => path[0], StringComparer.Ordinal)
        .Select(Describe).FirstOrDefault();

    private string Describe(List<string> path) => path[0] + string.Concat(path.Zip(path.Skip(1)).Select(step =>
        $" -> {step.Second} ({_uses[step.First][step.Second].File}: {_uses[step.First][step.Second].Type})"));

    private List<string>? PathToItself(string start)
    {
        var (seen, paths) = (new HashSet<string>(StringComparer.Ordinal), new Queue<List<string>>([[start]]));
        while (paths.TryDequeue(out var path))
        {
            if (!_uses.TryGetValue(path[^1], out var uses)) continue;
            foreach (var next in uses.Keys.Order(StringComparer.Ordinal))
            {
                if (next == start) return [.. path, next];
                if (seen.Add(next)) paths.Enqueue([.. path, next]);
            }
        }

        return null;
    }

    private static string FolderOf(string file) =>
        Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder.Replace('\\', '/') : "(root)";

    private static IEnumerable<string> Declared(string file, string code) =>
        Declaration().Matches(code).Select(static d => d.Groups["name"].Value)
            .Concat(file.EndsWith(".razor", StringComparison.Ordinal) ? [Path.GetFileNameWithoutExtension(file)] : []);

    // Returns the types that the code uses, each with the word before its dot. When the file also has a member with the
    // type's name, the name counts as the type only before another name, where only a type can be. After a dot, the
    // name counts only when the word before the dot is the type's folder, because folders are namespaces.
    private static IEnumerable<(string? Qualifier, string Type)> Used(string code)
    {
        var members = Member().Matches(code).Select(static m => m.Groups["name"]).ToList();
        var places = members.Select(static m => m.Index).ToHashSet();
        var names = members.Select(static m => m.Value).ToHashSet();
        return Name().Matches(code)
            .Where(name => !places.Contains(name.Index) && !MemberUse().IsMatch(After(name)))
            .Where(name => !names.Contains(name.Value) || TypePlace().IsMatch(After(name)))
            .Select(name => (QualifierOf(code, name.Index), name.Value));

        ReadOnlySpan<char> After(Match name) => code.AsSpan(name.Index + name.Length);
    }

    // Returns the word in front of a name, if a dot separates them; otherwise null. The dots of a range do not count.
    private static string? QualifierOf(string code, int at)
    {
        var before = code.AsSpan(0, at).TrimEnd();
        if (!before.EndsWith(".") || before.EndsWith("..")) return null;
        before = before[..^1].TrimEnd();
        var start = before.Length;
        while (start > 0 && char.IsLetterOrDigit(before[start - 1])) start--;
        return before[start..].ToString();
    }

    private sealed record Use(string File, string Type);

    [GeneratedRegex(@"(\benum\s+\w+[^{;]*)\{[^}]*\}")]
    private static partial Regex EnumBody();

    [GeneratedRegex(
        @"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|ref)\s+)*"
            + @"(?:class|interface|enum|record\s+struct|record|struct)\s+(?<name>[A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    // Matches the declaration of a member: a type followed by the name of a property, a method, a field, or a record's
    // parameter. Keywords do not count as types.
    [GeneratedRegex(@"(?:[>?\])]|\b(?!(?:" + Keywords + @")\b)\w+)\s+(?<name>[A-Z]\w*)\s*(?:[{(;,)<]|=>|=(?!=))")]
    private static partial Regex Member();

    [GeneratedRegex(@"(?<![\w@])[A-Z]\w*")]
    private static partial Regex Name();

    // Matches what follows a member's name when it is a named argument, a property in a pattern, or a member in an
    // initialiser.
    [GeneratedRegex(@"^(?::(?!:)|\s*=(?![=>]))")]
    private static partial Regex MemberUse();

    [GeneratedRegex(@"^[?\[\]>]*\s+[A-Za-z_]")]
    private static partial Regex TypePlace();
}
