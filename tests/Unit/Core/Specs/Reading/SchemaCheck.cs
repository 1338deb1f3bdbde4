using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

/// <summary>
/// Holds a YAML text against a JSON Schema, as an editor does. It knows the keywords of draft 7 that our schema uses, and throws at any other, so
/// that none is passed over.
/// </summary>
internal static partial class SchemaCheck
{
    private static readonly string[] Annotations = ["$schema", "title", "description", "default", "enumDescriptions", "definitions"];

    /// <summary>The places that the schema refuses, each with the keyword that refuses it; none: the text is valid.</summary>
    public static IReadOnlyList<string> Faults(JsonNode schema, string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. Check(schema, schema, ToJson(stream.Documents[0].RootNode), "")];
    }

    private static IEnumerable<string> Check(JsonNode root, JsonNode schema, JsonNode? value, string at)
    {
        var keywords = schema.AsObject();
        if (keywords["$ref"] is { } reference)
        {
            // Draft 7: what stands beside a reference does not count.
            var target = reference.GetValue<string>().Split('/').Skip(1).Aggregate(root, (node, part) => node[part] ?? throw new InvalidOperationException($"{reference} leads nowhere"));
            return Check(root, target, value, at);
        }

        return keywords.Where(k => !Annotations.Contains(k.Key)).SelectMany(k => Faults(root, keywords, k.Key, k.Value!, value, at));
    }

    private static IEnumerable<string> Faults(JsonNode root, JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string at)
    {
        string[] fault = [$"{at}: {keyword}"];
        string[] none = [];
        var map = value as JsonObject;
        var list = value as JsonArray;
        var text = value is JsonValue t && t.TryGetValue<string>(out var s) ? s : null;
        var number = value is JsonValue n && n.TryGetValue<double>(out var d) ? d : (double?)null;
        return keyword switch
        {
            "type" => TypesOf(value).Contains(rule.GetValue<string>()) ? none : fault,
            "enum" => rule.AsArray().Any(word => JsonNode.DeepEquals(word, value)) ? none : fault,
            "minimum" => number < rule.GetValue<double>() ? fault : none,
            "maximum" => number > rule.GetValue<double>() ? fault : none,
            "pattern" => text is null || Regex.IsMatch(text, rule.GetValue<string>(), RegexOptions.ECMAScript) ? none : fault,
            "minLength" => text?.Length < rule.GetValue<int>() ? fault : none,
            "maxLength" => text?.Length > rule.GetValue<int>() ? fault : none,
            "minItems" => list?.Count < rule.GetValue<int>() ? fault : none,
            "uniqueItems" => list?.Select(i => i?.ToJsonString()).Distinct().Count() < list?.Count ? fault : none,
            "items" => list?.SelectMany((item, i) => Check(root, rule, item, $"{at}[{i}]")) ?? none,
            "minProperties" => map?.Count < rule.GetValue<int>() ? fault : none,
            "required" => map is not null && rule.AsArray().Any(key => !map.ContainsKey(key!.GetValue<string>())) ? fault : none,
            "properties" => map?.Where(p => rule[p.Key] is not null).SelectMany(p => Check(root, rule[p.Key]!, p.Value, $"{at}.{p.Key}")) ?? none,
            "propertyNames" => map?.SelectMany(p => Check(root, rule, p.Key, $"{at}.{p.Key}")) ?? none,
            "additionalProperties" when !rule.GetValue<bool>() =>
                map?.Where(p => schema["properties"]![p.Key] is null).Select(p => $"{at}.{p.Key}: {keyword}") ?? none,
            "dependencies" => map is null ? none : rule.AsObject().Where(r => map.ContainsKey(r.Key)).SelectMany(r => Check(root, r.Value!, value, at)),
            "anyOf" => rule.AsArray().Any(choice => !Check(root, choice!, value, at).Any()) ? none : fault,
            _ => throw new InvalidOperationException($"{keyword} is a keyword that this check does not know"),
        };
    }

    private static string[] TypesOf(JsonNode? value) => value switch
    {
        null => ["null"],
        JsonObject => ["object"],
        JsonArray => ["array"],
        JsonValue v when v.TryGetValue<bool>(out _) => ["boolean"],
        JsonValue v when v.TryGetValue<double>(out var number) => double.IsInteger(number) ? ["integer", "number"] : ["number"],
        _ => ["string"],
    };

    // As YAML 1.2's core schema reads plain words; whatever stands in quotes is text.
    private static JsonNode? ToJson(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                return new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, ToJson(c.Value))));
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
