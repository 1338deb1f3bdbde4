using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static Sbnn.Sweeps.Tests.Unit.House.MarkdownWriter;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>The reference of a sweep's YAML file, written from the JSON schema that <c>sbnn schema</c> prints.</summary>
internal static partial class SpecPage
{
    public static string Of(string schema)
    {
        var root = JsonNode.Parse(schema)!.AsObject();
        var sections = Properties(root);
        var settings = Properties(root["definitions"]![Referred(sections["trial"]!)]!);
        var table = Properties(sections["table"]!);
        var page = new MarkdownWriter()
            .Heading(1, "Spec reference")
            .Paragraph("Every section and key of a sweep's YAML file. [Writing a spec](writing-specs.md) explains them by example. "
                + "The same as a JSON schema, for editors: `sbnn schema`, or [sweep.schema.json](../sweeps/sweep.schema.json).");
        Keys(page.Heading(2, "Sections"), sections, Required(root));

        Keys(page.Heading(2, "trial").Paragraph(Describe(sections["trial"]!)), settings, []);

        page.Heading(2, "axes")
            .Paragraph(Describe(sections["axes"]!))
            .Paragraph("Each entry has either keys of [trial](#trial) with a list of values each, all of one length, or `points:`, a list of maps "
                + "of such keys. `when:` limits an entry to the cells that match.");
        Keys(page, Pick(Properties(root["definitions"]!["axis"]!), "points", "when"), []);

        page.Heading(2, "exclude")
            .Paragraph(Describe(sections["exclude"]!))
            .Paragraph("A condition, here and in `when:`, is a map of keys of [trial](#trial), each with one value or a list of values of which one must match.");

        Keys(page.Heading(2, "table").Paragraph(Describe(sections["table"]!)), table, []);
        Words(page.Heading(3, "table.accuracy"), table["accuracy"]!);
        Words(page.Heading(3, "table.columns"), table["columns"]!["items"]!);
        Keys(page.Heading(3, "table.rows").Paragraph("Each row: " + Describe(table["rows"]!["items"]!)), Properties(table["rows"]!["items"]!), []);
        Keys(page.Heading(3, "table.figure").Paragraph(Describe(table["figure"]!)), Properties(table["figure"]!), []);

        Keys(page.Heading(2, "run").Paragraph(Describe(sections["run"]!)), Properties(sections["run"]!), []);
        return page.ToString();
    }

    private static void Keys(MarkdownWriter page, JsonObject properties, IReadOnlyCollection<string> required) => page.Table(
        ["key", "allowed", "default", "what it sets"],
        properties.Select(property =>
        {
            var text = Parts().Match(Describe(property.Value!));
            var usual = property.Value!["default"] is { } value ? Quote(value.ToString()) : Quote(text.Groups["default"].Value);
            return new[]
            {
                Quote(property.Key) + (required.Contains(property.Key) ? " (required)" : ""),
                text.Groups["allowed"] is { Success: true } allowed ? allowed.Value : TypeOf(property.Value!),
                property.Value!["default"] is JsonValue flag && flag.TryGetValue<bool>(out var isOn) ? Quote(isOn ? "true" : "false") : usual,
                text.Groups["what"].Value,
            };
        }));

    private static void Words(MarkdownWriter page, JsonNode schema) => page.Table(
        ["word", "meaning"],
        schema["enum"]!.AsArray().Zip(
            schema["enumDescriptions"]!.AsArray(), static (word, meaning) => new[] { Quote(word!.ToString()), meaning!.ToString() }));

    private static string TypeOf(JsonNode schema)
    {
        if (schema["enum"] is JsonArray words) return $"one of {string.Join(", ", words)}";
        if (schema["anyOf"] is JsonArray choices) return string.Join(", or ", choices.Select(static choice => TypeOf(choice!)));
        if (schema["$ref"] is { } reference) return reference.ToString().EndsWith("/condition", StringComparison.Ordinal) ? "a condition" : "a map of keys of trial";
        return schema["type"]?.ToString() switch
        {
            "array" => $"a list: {TypeOf(schema["items"]!)}",
            "integer" => string.Create(CultureInfo.InvariantCulture, $"a whole number from {schema["minimum"]} to {schema["maximum"]}"),
            "boolean" => "true or false",
            "string" when schema["maxLength"] is { } most => $"a text of 1 to {most} characters",
            "string" when schema["pattern"] is { } pattern => $"a text of the form `{pattern}`",
            "string" => "a text",
            "object" => "a map",
            var other => throw new InvalidOperationException($"the page has no words for the type '{other}'"),
        };
    }

    private static JsonObject Properties(JsonNode schema) => schema["properties"]!.AsObject();

    private static string Describe(JsonNode schema) => schema["description"]?.ToString() ?? "";

    private static string Referred(JsonNode schema) => schema["$ref"]!.ToString().Split('/')[^1];

    private static JsonObject Pick(JsonObject properties, params string[] names) =>
        new(names.Select(name => KeyValuePair.Create(name, properties[name]?.DeepClone())));

    private static List<string> Required(JsonNode schema) => [.. schema["required"]!.AsArray().Select(static name => name!.ToString())];

    [GeneratedRegex(@"^(?<what>.*?)( Allowed: (?<allowed>.*?)\.)?( Default: (?<default>.*)\.)?$", RegexOptions.Singleline)]
    private static partial Regex Parts();
}
