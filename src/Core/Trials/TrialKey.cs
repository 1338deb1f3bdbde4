using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>A trial's identity: SHA-256 of its canonical JSON, as 64 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(TrialKeyJsonConverter))]
public readonly record struct TrialKey(string Hex)
{
    /// <summary>The first 12 digits, which are enough for people to distinguish trials.</summary>
    public string Short => Hex[..12];

    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <summary>
    /// The key of a trial whose images are prepared. Throws <see cref="InvalidOperationException"/> when
    /// <see cref="TrialSpec.DataDigest"/> is missing: without it two different trainings could share a key.
    /// </summary>
    public static TrialKey Of(TrialSpec trial) =>
        new(Convert.ToHexStringLower(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Canonical(trial), SbnnJson.Options))));

    /// <summary>
    /// The canonical form that is hashed. Its keys are in ordinal order. It omits defaults, locations, and
    /// hyperparameters without effect. It always contains the data's digest, the recipe's version and the seed.
    /// </summary>
    public static JsonObject Canonical(TrialSpec trial)
    {
        var members = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal)
        {
            ["data"] = trial.DataDigest
                ?? throw new InvalidOperationException("a trial has no key before its images are prepared"),
            ["recipe-version"] = RecipeVersion.Of(trial),
            ["seed"] = trial.Seed,
        };
        foreach (var parameter in Hyperparameters.All)
        {
            var value = parameter.Get(trial);
            if (!parameter.IsPlace && parameter.HasEffect(trial) && !Equals(value, parameter.Default))
                members[parameter.Name] = parameter.ToJson(value);
        }

        return new JsonObject(members);
    }
}

/// <summary>Writes a <see cref="TrialKey"/> as its plain digits.</summary>
internal sealed class TrialKeyJsonConverter : JsonConverter<TrialKey>
{
    public override TrialKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, TrialKey value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Hex);

    public override TrialKey ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, TrialKey value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Hex);
}
