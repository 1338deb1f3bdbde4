using System.Collections;
using System.ComponentModel;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sbnn.Sweeps.Core;

/// <summary>The JSON format of sbnn's records on the network, on disk and in the database.</summary>
public static class SbnnJson
{
    /// <summary>
    /// The compact format: camelCase names, enums as kebab-case words, nulls omitted (and refused where a value is
    /// required, also in lists and maps), shortest round-trip numbers, unknown members refused.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    /// <summary><see cref="Options"/> with indentation, for files that people open.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            IgnoreReadOnlyProperties = true, // Derived values are computed, never stored.
            WriteIndented = indented,
            NewLine = "\n",
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseNullItems, OmitDefaults } },
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        options.MakeReadOnly();
        return options;
    }

    // A member with a stated default is omitted when it has this value, so that records from before it keep their
    // bytes.
    private static void OmitDefaults(JsonTypeInfo type)
    {
        foreach (var member in type.Properties)
        {
            if (member.AttributeProvider?.GetCustomAttributes(typeof(DefaultValueAttribute), inherit: false) is
                [DefaultValueAttribute stated])
                member.ShouldSerialize = (_, value) => !Equals(value, stated.Value);
        }
    }

    // System.Text.Json respects the annotations of members, but not those of the items of lists and maps.
    private static void RefuseNullItems(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        var nullability = new NullabilityInfoContext();
        var lists = type.Properties
            .Where(static member => member.Get is not null && member.PropertyType.IsAssignableTo(typeof(IEnumerable))
                && member.PropertyType.GenericTypeArguments is [.., { IsValueType: false }])
            .Where(member => member.AttributeProvider is PropertyInfo property
                && nullability.Create(property).GenericTypeArguments[^1].ReadState == NullabilityState.NotNull)
            .ToList();
        if (lists.Count == 0) return;
        type.OnDeserialized += read =>
        {
            foreach (var member in lists)
            {
                if (member.Get!(read) is IEnumerable items && HasNull(items))
                    throw new JsonException($"{member.Name}: null is not allowed as an item");
            }
        };
    }

    private static bool HasNull(IEnumerable items) => items is IDictionary map
        ? HasNull(map.Values)
        : items.Cast<object?>().Contains(null);
}
