using System.Text.Json;
using static Sbnn.Sweeps.Tests.Unit.House.MarkdownWriter;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Generates the endpoint reference of <c>docs/http-api.md</c> from the API's OpenAPI document.</summary>
internal static class ApiPage
{
    // Every endpoint can answer with these, so the table of an endpoint omits them.
    private static readonly string[] Common = ["401", "429", "500", "503"];

    public static string Of(JsonElement document)
    {
        var page = new MarkdownWriter();
        var operations =
            from path in document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select (Request: $"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);
        foreach (var group in operations.GroupBy(
            operation => operation.Value.GetProperty("tags")[0].GetString()))
        {
            page.Heading(3, group.Key!).Table(
                ["request", "what it does", "body", "answer", "errors"],
                group.Select(operation => new[]
                {
                    Quote(operation.Request), operation.Value.GetProperty("summary").GetString()!,
                    operation.Value.TryGetProperty("requestBody", out var body) ? Contents(body, document) : "",
                    Contents(operation.Value.GetProperty("responses").GetProperty("200"), document),
                    string.Join(", ", operation.Value.GetProperty("responses").EnumerateObject()
                        .Select(static response => response.Name)
                        .Where(static status => status != "200" && !Common.Contains(status))),
                }));
            page.Table(
                ["request", "parameter", "in", "meaning"],
                from operation in @group
                from parameter in Members(operation.Value, "parameters")
                where Text(parameter, "in") != "path"
                select new[]
                {
                    Quote(operation.Request), Quote(Text(parameter, "name")), Text(parameter, "in"),
                    Text(parameter, "description"),
                });
        }

        page.Heading(3, "Documents");
        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            if (!schema.Value.TryGetProperty("properties", out var properties)) continue;
            page.Heading(4, schema.Name);
            if (Text(schema.Value, "description") is { Length: > 0 } description) page.Paragraph(description);
            page.Table(
                ["member", "type", "meaning"],
                properties.EnumerateObject().Select(member => new[]
                {
                    Quote(member.Name), Type(member.Value, document), Text(member.Value, "description"),
                }));
        }

        return page.ToString();
    }

    // The document of a body or an answer; for other content, its media types.
    private static string Contents(JsonElement body, JsonElement document)
    {
        if (!body.TryGetProperty("content", out var content)) return "";
        var types = content.EnumerateObject().ToList();
        var schema = types[0].Value.TryGetProperty("schema", out var found) ? Type(found, document) : "";
        return types[0].Name == "application/json" && types.Count == 1
            ? schema
            : string.Join(", ", types.Select(static type => Quote(type.Name)))
                + (schema.StartsWith('[') ? $" of {schema}" : "");
    }

    private static string Type(JsonElement schema, JsonElement document)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!["#/components/schemas/".Length..];
            // Only objects have a section; words and texts are shown where they are used.
            var named = document.GetProperty("components").GetProperty("schemas").GetProperty(name);
            return named.TryGetProperty("properties", out _)
                ? $"[{name}](#{name.ToLowerInvariant()})" : Type(named, document);
        }

        if (schema.TryGetProperty("oneOf", out var either))
            return Type(either.EnumerateArray().First(static one => Text(one, "type") != "null"), document);
        if (schema.TryGetProperty("enum", out var words))
        {
            return string.Join(", ", words.EnumerateArray()
                .Where(static word => word.ValueKind == JsonValueKind.String)
                .Select(static word => Quote(word.GetString())));
        }

        if (schema.TryGetProperty("items", out var items)) return $"list of {Type(items, document)}";
        if (!schema.TryGetProperty("type", out var type)) return "JSON";
        return type.ValueKind == JsonValueKind.String
            ? type.GetString()!
            : string.Join(" or ", type.EnumerateArray()
                .Select(static one => one.GetString()).Where(static one => one != "null"));
    }

    private static IEnumerable<JsonElement> Members(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) ? list.EnumerateArray() : [];

    // A text of the document in one line.
    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? string.Join(' ', value.GetString()!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            : "";
}
