using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using YamlDotNet.RepresentationModel;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

/// <summary>Validates a YAML text against a JSON schema, as an editor does.</summary>
internal static partial class SchemaCheck
{
    /// <summary>
    /// Returns the places that the schema rejects, each with the keyword that rejects it. Empty for a valid text.
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

    // The schema "false" has no keyword. Then the last part of the schema's path is the keyword that applied it.
    private static IEnumerable<string> Faults(EvaluationResults part) => part.Errors!.Keys.Select(keyword =>
        $"{part.InstanceLocation}: {(keyword.Length > 0 ? keyword : part.EvaluationPath.ToString().Split('/')[^1])}");

    // Unquoted scalars are read by the rules of YAML 1.2's core schema; quoted scalars are text.
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
