using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>Reads the files of <c>docker/</c> as a container engine does.</summary>
public static partial class ContainerFiles
{
    /// <summary>The services of a compose file by name, with merged keys.</summary>
    public static IReadOnlyDictionary<string, ComposeService> ServicesOf(string file) =>
        ((Dictionary<object, object>)Read(file)["services"]).ToDictionary(
            static service => (string)service.Key,
            static service => new ComposeService(((Dictionary<object, object>)service.Value).ToDictionary(
                static key => (string)key.Key, static key => key.Value)));

    /// <summary>The services of <c>compose.yaml</c> that run sbnn.</summary>
    public static IReadOnlyDictionary<string, ComposeService> SbnnServices { get; } =
        ServicesOf("compose.yaml").Where(static service => service.Value.Text("image") == "sbnn").ToDictionary();

    /// <summary>The content of a compose file by its top-level keys.</summary>
    public static IReadOnlyDictionary<string, object> Read(string file)
    {
        using var text = File.OpenText(Repository.PathOf("docker", file));
        return new DeserializerBuilder().Build()
            .Deserialize<Dictionary<string, object>>(new MergingParser(new Parser(text)));
    }

    /// <summary>The instructions of the Dockerfile in their order, each with its arguments on one line.</summary>
    public static IReadOnlyList<(string Name, string Arguments)> Instructions { get; } =
    [
        .. Continuation().Replace(
                string.Concat(File.ReadLines(Repository.PathOf("docker", "Dockerfile"))
                    .Where(static line => !line.StartsWith('#')).Select(static line => line + '\n')),
                " ")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => (line[..line.IndexOf(' ', StringComparison.Ordinal)],
                line[line.IndexOf(' ', StringComparison.Ordinal)..].Trim())),
    ];

    /// <summary>The variables that the image sets.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = Instructions
        .Where(static instruction => instruction.Name == "ENV")
        .SelectMany(static instruction => Blanks().Split(instruction.Arguments))
        .Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);

    /// <summary>The command of the image's health check.</summary>
    public static IReadOnlyList<string> HealthCheck { get; } = JsonSerializer.Deserialize<string[]>(
        Instructions.Single(static instruction => instruction.Name == "HEALTHCHECK").Arguments.Split(" CMD ", 2)[1])!;

    /// <summary>The command with which every container begins.</summary>
    public static IReadOnlyList<string> EntryPoint { get; } = JsonSerializer.Deserialize<string[]>(
        Instructions.Single(static instruction => instruction.Name == "ENTRYPOINT").Arguments)!;

    [GeneratedRegex(@"\s*\\\n\s*")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}

/// <summary>A service of a compose file.</summary>
/// <param name="Keys">The values of its keys: texts, lists or maps.</param>
public sealed record ComposeService(IReadOnlyDictionary<string, object> Keys)
{
    /// <summary>A key's text; null when the service lacks the key.</summary>
    public string? Text(string key) => Keys.GetValueOrDefault(key) as string;

    /// <summary>A key's list, or the keys of its map; empty when the service lacks the key.</summary>
    public IReadOnlyList<string> List(string key) => Keys.GetValueOrDefault(key) switch
    {
        IEnumerable<object> items when items is not Dictionary<object, object> => [.. items.Cast<string>()],
        Dictionary<object, object> map => [.. map.Keys.Cast<string>()],
        _ => [],
    };

    /// <summary>The service's volumes: name, folder in the container, and whether it is read-only.</summary>
    public IEnumerable<(string Name, string Folder, bool IsReadOnly)> Volumes() =>
        List("volumes").Select(static volume => volume.Split(':'))
            .Select(static parts => (parts[0], parts[1], parts.Length > 2 && parts[2] == "ro"));
}
