using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using YamlDotNet.RepresentationModel;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

/// <summary>Validates a YAML text against a JSON Schema, as an editor does.</summary>
internal static partial class SchemaCheck
{
    /// <summary>
    /// The places that the schema refuses, each with the keyword that refuses it; empty for a valid text.
    /// </summary>
    public static IReadOnlyList<string> Faults(JsonSchema schema, string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        var found = schema.Evaluate(
            JsonSerializer.SerializeToElement(ToJson(stream.Documents[0].RootNode)),
            new EvaluationOptions { OutputFormat = OutputFormat.List });
        return found.IsValid ? []
            : [.. found.Details!.Where(static part => part.Errors is not null).SelectMany(Faults)];
    }

    // A schema that is false has no keyword; the keyword that applied it is the last step of its path.
    private static IEnumerable<string> Faults(EvaluationResults part) => part.Errors!.Keys.Select(keyword =>
        $"{part.InstanceLocation}: {(keyword.Length > 0 ? keyword : part.EvaluationPath.ToString().Split('/')[^1])}");

    // Plain words are read as in YAML 1.2's core schema; quoted values are text.
    private static JsonNode? ToJson(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                return new JsonObject(
                    map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, ToJson(c.Value))));
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select(ToJson)]);
        }

        var scalar = (YamlScalarNode)node;
        var text = scalar.Value!;
        if (scalar.Style is not YamlDotNet.Core.ScalarStyle.Plain) return text;
        if (text is "" or "~" or "null") return null;
        if (text is "true" or "false") return text == "true";
        return Number().IsMatch(text) ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : text;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Number();
}
