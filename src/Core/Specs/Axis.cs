using System.Text.Json;
using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// One axis: each point sets one knob, or several that move together (paired, as each sparsity with its own γ).
/// </summary>
/// <param name="Points">The points, in the order written; each maps knob names to values.</param>
/// <param name="When">
/// The axis multiplies only cells that match, as the knobs of <c>trial:</c> and the axes before this one left them; others keep their value.
/// Null: all cells.
/// </param>
[JsonConverter(typeof(AxisJsonConverter))]
public sealed record Axis(IReadOnlyList<IReadOnlyDictionary<string, object?>> Points, KnobMatch? When = null)
{
    /// <summary>True when some point sets the knob.</summary>
    public bool Sets(string knob) => Points.Any(p => p.ContainsKey(knob));
}

/// <summary>A condition on a trial's knobs: all named knobs hold one of the listed values.</summary>
/// <param name="Values">Knob name to allowed values, as <see cref="Knob.TryParse"/> gives them; <c>seed</c> is not a knob.</param>
[JsonConverter(typeof(KnobMatchJsonConverter))]
public sealed record KnobMatch(IReadOnlyDictionary<string, IReadOnlyList<object?>> Values)
{
    /// <summary>True when the trial holds, for every knob named, one of the values listed.</summary>
    public bool Matches(TrialSpec trial)
    {
        foreach (var (name, allowed) in Values)
        {
            var value = Knobs.Get(name).Get(trial);
            if (!allowed.Contains(value)) return false;
        }

        return true;
    }
}

/// <summary>Writes knob values as a spec writes them: a boxed value alone would not come back with its type.</summary>
internal sealed class AxisJsonConverter : JsonConverter<Axis>
{
    public override Axis Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var written = JsonSerializer.Deserialize<Written>(ref reader, options)!;
        return new Axis([.. written.Points.Select(p => p.ToDictionary(v => v.Key, v => KnobText.Parse(v.Key, v.Value), StringComparer.Ordinal))], written.When);
    }

    public override void Write(Utf8JsonWriter writer, Axis value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer, new Written([.. value.Points.Select(p => p.ToDictionary(v => v.Key, v => Knobs.Get(v.Key).Format(v.Value), StringComparer.Ordinal))], value.When), options);

    private sealed record Written(IReadOnlyList<Dictionary<string, string>> Points, KnobMatch? When);
}

/// <summary>Writes a condition's values as a spec writes them.</summary>
internal sealed class KnobMatchJsonConverter : JsonConverter<KnobMatch>
{
    public override KnobMatch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize<Dictionary<string, string[]>>(ref reader, options)!.ToDictionary(
            v => v.Key, v => (IReadOnlyList<object?>)[.. v.Value.Select(text => KnobText.Parse(v.Key, text))], StringComparer.Ordinal));

    public override void Write(Utf8JsonWriter writer, KnobMatch value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer, value.Values.ToDictionary(v => v.Key, v => v.Value.Select(Knobs.Get(v.Key).Format).ToArray(), StringComparer.Ordinal), options);
}

file static class KnobText
{
    public static object? Parse(string name, string text) =>
        Knobs.TryGet(name, out var knob) && knob.TryParse(text, out var value) ? value : throw new JsonException($"{name}: {text} is no value of a knob");
}
