using System.Buffers;
using System.Globalization;

namespace Sbnn.Sweeps.Core.Telemetry;

/// <summary>
/// A rule for the values of an OpenTelemetry variable. It is checked here because the SDK throws for some invalid
/// values and silently ignores others.
/// </summary>
/// <param name="Name">The name of the variable.</param>
/// <param name="Allowed">A phrase that says what is allowed.</param>
/// <param name="IsAllowed">Returns true for an allowed value.</param>
internal sealed record OpenTelemetryRule(string Name, string Allowed, Func<string, bool> IsAllowed)
{
    // The characters of an HTTP header's name.
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The rules for all variables whose values can make an export fail.</summary>
    public static IReadOnlyList<OpenTelemetryRule> All { get; } =
    [
        OneOf("OTEL_SDK_DISABLED", "true", "false"),
        OneOf("OTEL_TRACES_EXPORTER", "otlp", "none"),
        OneOf("OTEL_METRICS_EXPORTER", "otlp", "none"),
        .. OfEachSignal("ENDPOINT", static name => new(name, "a URL that begins with http:// or https://", IsUrl)),
        .. OfEachSignal("PROTOCOL", static name => OneOf(name, "grpc", "http/protobuf")),
        .. OfEachSignal("COMPRESSION", static name => OneOf(name, "gzip", "none")),
        .. OfEachSignal("HEADERS", static name => new(name, "name=value pairs, separated by commas", AreHeaders)),
        .. OfEachSignal("TIMEOUT", static name => Number(name, least: 1)),
        IsFile("OTEL_EXPORTER_OTLP_CERTIFICATE"),
        IsFile("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"),
        IsFile("OTEL_EXPORTER_OTLP_CLIENT_KEY"),
        OneOf(
            "OTEL_TRACES_SAMPLER",
            "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off",
            "parentbased_traceidratio"),
        new("OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1", static value =>
            double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio)
                && ratio is >= 0 and <= 1),
        Number("OTEL_BSP_MAX_QUEUE_SIZE", least: 1),
        Number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", least: 1),
        Number("OTEL_BSP_SCHEDULE_DELAY", least: 1),
        Number("OTEL_BSP_EXPORT_TIMEOUT", least: 0),
        Number("OTEL_METRIC_EXPORT_INTERVAL", least: 1),
        Number("OTEL_METRIC_EXPORT_TIMEOUT", least: 0),
    ];

    /// <summary>A sentence that says why a value is not valid, without secrets; null when the value is valid.</summary>
    public string? WhyNot(string value)
    {
        if (IsAllowed(value)) return null;
        var shown = Name.EndsWith("_HEADERS", StringComparison.Ordinal) || value.Contains('@', StringComparison.Ordinal)
            ? "its value" : $"'{value}'";
        return $"{Name}: {shown} is not valid (allowed: {Allowed})";
    }

    private static IEnumerable<OpenTelemetryRule> OfEachSignal(string what, Func<string, OpenTelemetryRule> rule) =>
        [rule($"OTEL_EXPORTER_OTLP_{what}"), rule($"OTEL_EXPORTER_OTLP_TRACES_{what}"),
            rule($"OTEL_EXPORTER_OTLP_METRICS_{what}")];

    private static OpenTelemetryRule OneOf(string name, params string[] words) =>
        new(name, string.Join(", ", words), value => words.Contains(value, StringComparer.OrdinalIgnoreCase));

    private static OpenTelemetryRule Number(string name, int least) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"a whole number, at least {least}"), value =>
            int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least);

    private static OpenTelemetryRule IsFile(string name) => new(name, "the path of a file", File.Exists);

    private static bool IsUrl(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    private static bool AreHeaders(string value) => Uri.UnescapeDataString(value).Split(',').All(static header =>
        header.IndexOf('=', StringComparison.Ordinal) is > 0 and var end
        && header.AsSpan(0, end).Trim() is { Length: > 0 } name
        && name.IndexOfAnyExcept(Token) < 0);
}
