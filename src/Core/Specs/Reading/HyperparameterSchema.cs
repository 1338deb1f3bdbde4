using System.Text.Json.Nodes;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// The parts of the editor's schema that consist of hyperparameters: single values, maps of values, axes and
/// conditions.
/// </summary>
internal static class HyperparameterSchema
{
    /// <summary>The beginning of a reference to the schema of a hyperparameter's value.</summary>
    private const string ValueOf = "#/definitions/hyperparameters/properties/";

    /// <summary>
    /// A map of hyperparameters to single values, as under <c>trial:</c>, in <c>points:</c> and <c>where:</c>.
    /// </summary>
    public static JsonObject Values() => Map("Hyperparameters", Value);

    /// <summary>One entry of <c>axes:</c>.</summary>
    public static JsonObject Axis()
    {
        var axis = Map("One axis", parameter => new JsonObject
        {
            ["description"] = Text(parameter),
            ["type"] = "array",
            ["items"] = Reference(ValueOf + parameter.Name),
            ["minItems"] = 1,
        });
        var properties = axis["properties"]!.AsObject();
        properties["points"] = new JsonObject
        {
            ["description"] =
                "A list of points, instead of lists of values. A point sets several hyperparameters together.",
            ["type"] = "array",
            ["items"] = Reference("#/definitions/hyperparameters"),
            ["minItems"] = 1,
        };
        properties["when"] =
            Reference("#/definitions/condition",
                "The axis applies only to cells that match this condition. Other cells keep their values.");
        axis["dependencies"] = new JsonObject
        {
            ["points"] = new JsonObject
            {
                ["propertyNames"] =
                new JsonObject { ["enum"] = new JsonArray("points", "when") }
            },
            ["when"] = new JsonObject { ["minProperties"] = 2 },
        };
        return axis;
    }

    /// <summary>
    /// A map of hyperparameters to one value or a list of them, as under <c>exclude:</c> and <c>when:</c>.
    /// </summary>
    public static JsonObject Condition() => Map("A condition", parameter => new JsonObject
    {
        ["description"] = Text(parameter),
        ["anyOf"] = new JsonArray(
            Reference(ValueOf + parameter.Name),
            new JsonObject { ["type"] = "array", ["items"] = Reference(ValueOf + parameter.Name), ["minItems"] = 1 }),
    });

    /// <summary>
    /// A reference to a definition. Editors show the description beside it; validators of this draft ignore it.
    /// </summary>
    public static JsonObject Reference(string to, string? description = null)
    {
        var reference = new JsonObject { ["$ref"] = to };
        if (description is not null) reference["description"] = description;
        return reference;
    }

    private static JsonObject Map(string title, Func<Hyperparameter, JsonObject> of) => new()
    {
        ["title"] = title,
        ["type"] = "object",
        ["properties"] =
            new JsonObject(Hyperparameters.All.Select(k => KeyValuePair.Create<string, JsonNode?>(k.Name, of(k)))),
        ["additionalProperties"] = false,
        ["minProperties"] = 1,
    };

    private static JsonObject Value(Hyperparameter parameter)
    {
        var schema = new JsonObject { ["description"] = Text(parameter) };
        if (HasDefault(parameter))
            schema["default"] = parameter.Default is null ? parameter.Type.NullWord
            : parameter.ToJson(parameter.Default);
        var value = OfType(parameter.Type);
        if (parameter.Type.NullWord is { } word)
        {
            schema["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray(word) }, value);
            return schema;
        }

        foreach (var (key, node) in value) schema[key] = node?.DeepClone();
        return schema;
    }

    private static JsonObject OfType(HyperparameterType type)
    {
        var schema = new JsonObject
        {
            ["type"] = type.Kind switch
            {
                HyperparameterKind.Integer => "integer",
                HyperparameterKind.Number => "number",
                HyperparameterKind.Boolean => "boolean",
                _ => "string",
            },
        };
        if (type.Minimum is { } least) schema["minimum"] = least;
        if (type.Maximum is { } most) schema["maximum"] = most;
        if (type.Words is { } words) schema["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w)]);
        if (type.Pattern is { } pattern) schema["pattern"] = pattern;
        return schema;
    }

    private static bool HasDefault(Hyperparameter parameter) =>
        parameter.Default is not null || parameter.Type.NullWord is not null;

    private static string Text(Hyperparameter parameter)
    {
        var otherwise = HasDefault(parameter) ? $" Default: {parameter.Format(parameter.Default)}." : "";
        return $"{parameter.Description} Allowed: {parameter.Allowed}.{otherwise}";
    }
}
