using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The name of a node, a machine that runs trainers. Written as plain text.</summary>
/// <param name="Value">The name; compared byte by byte.</param>
[JsonConverter(typeof(NodeNameJsonConverter))]
public readonly record struct NodeName(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Writes a <see cref="NodeName"/> as plain text.</summary>
internal sealed class NodeNameJsonConverter : JsonConverter<NodeName>
{
    public override NodeName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, NodeName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
