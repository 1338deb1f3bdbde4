using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core;

/// <summary>Stores a duration in JSON as its number of seconds.</summary>
public sealed class SecondsJsonConverter : JsonConverter<TimeSpan>
{
    /// <summary>
    /// Converts a number of seconds to a duration, rounded to 100 ns; a number with up to seven decimals is kept
    /// exactly.
    /// </summary>
    /// <exception cref="OverflowException">The number is not finite, or too large.</exception>
    public static TimeSpan Of(double seconds) => new(checked((long)Math.Round(seconds * TimeSpan.TicksPerSecond)));

    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var seconds = reader.GetDouble();
        return double.IsFinite(seconds) && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds
            ? Of(seconds)
            : throw new JsonException($"{seconds} is not a duration in seconds");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.TotalSeconds);
}
