using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Core.Hooks;

/// <summary>
/// Reads <c>hooks.yaml</c>, in which a host's owner defines hooks by name. A spec can only name them, so a submitted
/// spec cannot make the host open a connection or start a program of its author's choice.
/// </summary>
public static class HookFile
{
    private const string UrlAllowed = "an https address, or http on this machine, such as https://example.org/notify";
    private const string ProgramAllowed = "a list of the program's absolute path and its arguments";
    private const string HookAllowed = "a map of url: (and secret:), or of program:";

    /// <summary>The hooks by name; none when the file does not exist.</summary>
    /// <exception cref="BadInputException">The file has mistakes, or other users may read its secrets.</exception>
    public static IReadOnlyDictionary<string, Hook> Read(string path)
    {
        if (!File.Exists(path)) return new Dictionary<string, Hook>();
        var problems = new Problems(path);
        var root = YamlText.ParseMap(YamlText.Load(path), problems, "the file maps each hook's name to its definition");
        var hooks = new Dictionary<string, Hook>(StringComparer.Ordinal);
        foreach (var entry in root.Entries)
        {
            if (!SpecReader.IsName(entry.Key))
                problems.Add(entry.Line, entry.Key, $"not a valid name (allowed: {SpecReader.NameAllowed})");
            else if (hooks.ContainsKey(entry.Key))
                problems.Add(entry.Line, entry.Key, "duplicate key");
            else if (ReadHook(entry, problems) is { } hook)
                hooks.Add(hook.Name, hook);
        }

        problems.ThrowIfAny();
        if (hooks.Values.Any(static hook => hook.Secret is not null) && IsReadableByOthers(path))
        {
            throw new BadInputException(
                $"{path}: other users can read the file, which has a secret (allowed: mode 600); run "
                    + $"`chmod 600 {path}`");
        }

        return hooks;
    }

    private static Hook? ReadHook(YamlEntry entry, Problems problems)
    {
        if (entry.Value is not YamlMap map)
        {
            problems.Add(entry.Value, $"{entry.Value.Kind} is not allowed here (allowed: {HookAllowed})");
            return null;
        }

        var section = new Section(map, problems, "url", "secret", "program");
        var (hasUrl, hasProgram) = (section.Entry("url") is not null, section.Entry("program") is not null);
        if (hasUrl == hasProgram)
            problems.Add(map, $"exactly one of url: and program: is required (allowed: {HookAllowed})");
        if (!hasUrl && section.Entry("secret") is { } stray)
            problems.Add(stray.Value, "only a hook with url: has a secret");
        return new Hook
        {
            Name = entry.Key,
            Url = ReadUrl(section),
            Secret = ReadSecret(section),
            Program = ReadProgram(section),
        };
    }

    // Messages do not repeat values, because a URL and an argument may contain a token, and the author of a submitted
    // spec can see the messages.
    private static Uri? ReadUrl(Section section)
    {
        if (section.Text("url", UrlAllowed) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
            return url;
        section.Problems.Add(section.Entry("url")!.Value, $"the address is not allowed (allowed: {UrlAllowed})");
        return null;
    }

    private static string? ReadSecret(Section section)
    {
        const string Allowed = "a text that is not empty";
        if (section.Text("secret", Allowed) is not "" and var text) return text;
        section.Problems.Add(section.Entry("secret")!.Value, $"the secret is empty (allowed: {Allowed})");
        return null;
    }

    private static IReadOnlyList<string> ReadProgram(Section section)
    {
        if (section.Entry("program") is not { } entry) return [];
        if (entry.Value is YamlScalar { IsNothing: false })
        {
            section.Problems.Add(entry.Value, $"a single value is not allowed here (allowed: {ProgramAllowed})");
            return [];
        }

        if (section.List(entry.Value, ProgramAllowed) is not { } list) return [];
        string[] words = [.. list.Items.Select(item => section.TextOf(item, ProgramAllowed)).OfType<string>()];
        if (words is [var program, ..] && !Path.IsPathRooted(program))
            section.Problems.Add(list.Items[0], $"the path is not absolute (allowed: {ProgramAllowed})");
        return words;
    }

    private static bool IsReadableByOthers(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~DurableFile.OwnerOnly) != 0;
}
