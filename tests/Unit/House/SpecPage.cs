using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Sbnn.Sweeps.Tests.Unit.House.MarkdownWriter;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Generates the reference of sweep specs from their JSON schema.</summary>
internal static partial class SpecPage
{
    public static string Of(string schema)
    {
        var root = JsonNode.Parse(schema)!.AsObject();
        var definitions = root["definitions"]!;
        var sections = Properties(root);
        var table = Properties(sections["table"]!);
        var row = table["rows"]!["items"]!;
        var claim = table["claims"]!["items"]!;
        var page = new MarkdownWriter();

        page.Heading(1, "Spec reference").Paragraph(
            "Every section and key of a sweep's YAML file. [Writing a spec](writing-specs.md) explains them by "
            + "example. `sbnn schema` prints the same as a JSON schema for editors, which is also in "
            + "[sweep.schema.json](../sweeps/sweep.schema.json).");
        Keys(page.Heading(2, "Sections"), sections, [.. root["required"]!.AsArray().Select(static key => $"{key}")]);

        page.Heading(2, "trial").Paragraph(Describe(sections["trial"]!));
        Keys(page, Properties(definitions[Referred(sections["trial"]!)]!));

        page.Heading(2, "axes").Paragraph(Describe(sections["axes"]!)).Paragraph(
            "Each entry has either keys of [trial](#trial), each with a list of values and all lists of one length, or "
            + "`points:`, a list of maps of such keys. `when:` limits an entry to the cells that match.");
        Keys(page, Pick(Properties(definitions["axis"]!), "points", "when"));

        page.Heading(2, "exclude").Paragraph(Describe(sections["exclude"]!)).Paragraph(
            "A condition, here and in `when:`, is a map of keys of [trial](#trial). Each has one value, or a list of "
            + "values of which one must match.");

        Keys(page.Heading(2, "table").Paragraph(Describe(sections["table"]!)), table);
        Words(page.Heading(3, "table.accuracy"), table["accuracy"]!);
        Words(page.Heading(3, "table.columns"), table["columns"]!["items"]!);
        Keys(page.Heading(3, "table.rows").Paragraph(Describe(row)), Properties(row));
        Keys(page.Heading(3, "table.figure").Paragraph(Describe(table["figure"]!)), Properties(table["figure"]!));
        Keys(page.Heading(3, "table.claims").Paragraph(Describe(claim)), Properties(claim));

        Keys(page.Heading(2, "run").Paragraph(Describe(sections["run"]!)), Properties(sections["run"]!));
        return page.ToString();
    }

    private static void Keys(MarkdownWriter page, JsonObject properties, params string[] required) => page.Table(
        ["key", "allowed", "default", "what it sets"],
        properties.Select(property =>
        {
            var schema = property.Value!;
            var text = Parts().Match(Describe(schema));
            return new[]
            {
                Quote(property.Key) + (required.Contains(property.Key) ? " (required)" : ""),
                text.Groups["allowed"] is { Success: true } allowed ? allowed.Value : AllowedBy(schema),
                schema["default"] is { } value ? Quote(Written(value)) : text.Groups["default"].Value,
                text.Groups["what"].Value,
            };
        }));

    private static void Words(MarkdownWriter page, JsonNode schema) => page.Table(
        ["word", "meaning"],
        schema["enum"]!.AsArray().Zip(
            schema["enumDescriptions"]!.AsArray(), static (word, meaning) => new[] { Quote($"{word}"), $"{meaning}" }));

    private static string AllowedBy(JsonNode schema)
    {
        if (schema["enum"] is JsonArray words) return $"one of {string.Join(", ", words)}";
        if (schema["anyOf"] is JsonArray choices)
            return string.Join(", or ", choices.Select(static choice => AllowedBy(choice!)));
        if (schema["$ref"] is not null)
        {
            return Referred(schema) switch
            {
                "condition" => "a condition",
                "axis" => "an entry of axes",
                _ => "a map of keys of trial",
            };
        }

        return $"{schema["type"]}" switch
        {
            "array" => $"a list; each item: {AllowedBy(schema["items"]!)}",
            "integer" => $"a whole number from {schema["minimum"]} to {schema["maximum"]}",
            "number" => $"a number from {schema["minimum"]} to {schema["maximum"]}",
            "boolean" => "true or false",
            "string" when schema["maxLength"] is { } most => $"a text of 1 to {most} characters",
            "string" when schema["pattern"] is { } pattern => $"a text of the form `{pattern}`",
            "string" => "a text",
            "object" => "a map",
            var other => throw new InvalidOperationException(
                $"schema type '{other}': {nameof(SpecPage)} cannot describe it; add a case"),
        };
    }

    private static string Written(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.ToString(),
    };

    private static JsonObject Properties(JsonNode schema) => schema["properties"]!.AsObject();

    private static string Describe(JsonNode schema) => $"{schema["description"]}";

    private static string Referred(JsonNode schema) => $"{schema["$ref"]}".Split('/')[^1];

    private static JsonObject Pick(JsonObject properties, params string[] names) =>
        new(names.Select(name => KeyValuePair.Create(name, properties[name]?.DeepClone())));

    [GeneratedRegex(
        @"^(?<what>.*?)( Allowed: (?<allowed>.*?)\.)?( Default: (?<default>.*)\.)?$", RegexOptions.Singleline)]
    private static partial Regex Parts();
}
