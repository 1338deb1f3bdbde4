using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

/// <summary>
/// Replaces each value of each spec in <c>sweeps/</c>, at every depth and in turn, by nothing, a text, a list and a
/// map. The reader either accepts the spec or names the place of each mistake.
/// </summary>
public sealed partial class SpecFuzzTests
{
    private static readonly Func<YamlNode>[] Others =
    [
        static () => new YamlScalarNode("null"),
        static () => new YamlSequenceNode(new YamlScalarNode("null")),
        static () => new YamlMappingNode("label", "null"),
        static () => new YamlScalarNode("x") { Style = ScalarStyle.DoubleQuoted },
        static () => new YamlSequenceNode(),
    ];

    public static TheoryData<string> Specs { get; } = FilesOf(Repository.PathOf("sweeps"));

    public static TheoryData<string> PublishedFiles { get; } = FilesOf(Repository.PathOf("sweeps", "published"));

    [Theory]
    [MemberData(nameof(Specs))]
    public void Parse_NamesThePlace_WhenAValueIsReplaced(string file) =>
        Replace(Repository.PathOf("sweeps", file), static text =>
            SpecReader.Parse(text, "spec", Repository.PathOf("sweeps")).Cells());

    [Theory]
    [MemberData(nameof(PublishedFiles))]
    public void Parse_NamesThePlace_WhenAPublishedValueIsReplaced(string file) =>
        Replace(Repository.PathOf("sweeps", "published", file), static text => PublishedReader.Parse(text, "spec"));

    private static TheoryData<string> FilesOf(string folder) => [.. Directory.EnumerateFiles(folder, "*.yaml")
        .Select(static path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private static void Replace(string path, Action<string> parse)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(path)));
        var rejected = 0;
        foreach (var replace in Places(stream.Documents[0].RootNode))
        {
            foreach (var other in Others)
            {
                var replacement = other();
                var undo = replace(replacement);
                var written = new StringWriter();
                stream.Save(written, assignAnchors: false);
                undo();
                if (FindMistakes(written.ToString(), parse) is { } mistakes)
                {
                    rejected++;
                    Assert.All(mistakes.Split('\n'), line => Assert.Matches(Placed(), line));
                }
                else
                {
                    Assert.False(
                        replacement is YamlScalarNode { Value: "null" }, $"a missing value is accepted:\n{written}");
                }
            }
        }

        Assert.True(rejected > 50);
    }

    private static string? FindMistakes(string text, Action<string> parse)
    {
        try
        {
            parse(text);
            return null;
        }
        catch (BadInputException error)
        {
            return error.Message;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"not a message for a user: {error.Message}\n{text}", error);
        }
    }

    // For each value below a node: replaces it, and returns what undoes that.
    private static IEnumerable<Func<YamlNode, Action>> Places(YamlNode node) => node switch
    {
        YamlMappingNode map => map.Children.ToList().SelectMany(entry => Places(entry.Value).Prepend(other =>
        {
            map.Children[entry.Key] = other;
            return () => map.Children[entry.Key] = entry.Value;
        })),
        YamlSequenceNode list => list.Children.ToList().Index().SelectMany(item => Places(item.Item).Prepend(other =>
        {
            list.Children[item.Index] = other;
            return () => list.Children[item.Index] = item.Item;
        })),
        _ => [],
    };

    [GeneratedRegex(@"^(spec:\d+: \S|published/\S+:\d+: |spec: … and \d+ more$)")]
    private static partial Regex Placed();
}
