using System.Text.Json.Nodes;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>The parts of the editor's schema that are made of knobs: a value each, maps of values, axes and conditions.</summary>
internal static class KnobSchema
{
    /// <summary>Where the other definitions find a knob's value.</summary>
    private const string ValueOf = "#/definitions/knobs/properties/";

    /// <summary>A map of knobs to single values, as under <c>trial:</c>, in <c>points:</c> and <c>where:</c>.</summary>
    public static JsonObject Values() => Map("Knobs", Value);

    /// <summary>One entry of <c>axes:</c>.</summary>
    public static JsonObject Axis()
    {
        var axis = Map("One axis", knob => new JsonObject
        {
            ["description"] = Text(knob),
            ["type"] = "array",
            ["items"] = Reference(ValueOf + knob.Name),
            ["minItems"] = 1,
        });
        var properties = axis["properties"]!.AsObject();
        properties["points"] = new JsonObject
        {
            ["description"] = "A list of points instead of lists of values: each sets several knobs at once.",
            ["type"] = "array",
            ["items"] = Reference("#/definitions/knobs"),
            ["minItems"] = 1,
        };
        properties["when"] = Reference("#/definitions/condition", "The axis multiplies only the cells that match; the others keep their value.");
        axis["dependencies"] = new JsonObject
        {
            ["points"] = new JsonObject { ["propertyNames"] = new JsonObject { ["enum"] = new JsonArray("points", "when") } },
            ["when"] = new JsonObject { ["minProperties"] = 2 },
        };
        return axis;
    }

    /// <summary>A map of knobs to one value or a list of them, as under <c>exclude:</c> and <c>when:</c>.</summary>
    public static JsonObject Condition() => Map("A condition", knob => new JsonObject
    {
        ["description"] = Text(knob),
        ["anyOf"] = new JsonArray(
            Reference(ValueOf + knob.Name),
            new JsonObject { ["type"] = "array", ["items"] = Reference(ValueOf + knob.Name), ["minItems"] = 1 }),
    });

    /// <summary>A reference; a description beside it is for editors (validators of this draft pass over it).</summary>
    public static JsonObject Reference(string to, string? description = null)
    {
        var reference = new JsonObject { ["$ref"] = to };
        if (description is not null) reference["description"] = description;
        return reference;
    }

    private static JsonObject Map(string title, Func<Knob, JsonObject> of) => new()
    {
        ["title"] = title,
        ["type"] = "object",
        ["properties"] = new JsonObject(Knobs.All.Select(k => KeyValuePair.Create<string, JsonNode?>(k.Name, of(k)))),
        ["additionalProperties"] = false,
        ["minProperties"] = 1,
    };

    private static JsonObject Value(Knob knob)
    {
        var schema = new JsonObject { ["description"] = Text(knob) };
        if (HasDefault(knob)) schema["default"] = knob.Default is null ? knob.Type.NullWord : knob.ToJson(knob.Default);
        var value = OfType(knob.Type);
        if (knob.Type.NullWord is { } word)
        {
            schema["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray(word) }, value);
            return schema;
        }

        foreach (var (key, node) in value) schema[key] = node?.DeepClone();
        return schema;
    }

    private static JsonObject OfType(KnobType type)
    {
        var schema = new JsonObject
        {
            ["type"] = type.Kind switch
            {
                KnobKind.Integer => "integer",
                KnobKind.Number => "number",
                KnobKind.Boolean => "boolean",
                _ => "string",
            },
        };
        if (type.Minimum is { } least) schema["minimum"] = least;
        if (type.Maximum is { } most) schema["maximum"] = most;
        if (type.Words is { } words) schema["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w)]);
        if (type.Pattern is { } pattern) schema["pattern"] = pattern;
        return schema;
    }

    private static bool HasDefault(Knob knob) => knob.Default is not null || knob.Type.NullWord is not null;

    private static string Text(Knob knob) =>
        $"{knob.Description} Allowed: {knob.Allowed}.{(HasDefault(knob) ? $" Default: {knob.Format(knob.Default)}." : "")}";
}
