using System.Collections;

namespace Sbnn.Sweeps.Core.Telemetry;

/// <summary>
/// What OpenTelemetry's standard environment variables request from a process. Nothing is exported unless they request
/// it. The exporter itself reads endpoint, protocol, headers, sampling and resource.
/// </summary>
/// <param name="variable">Returns a variable's value, or null.</param>
public sealed class OpenTelemetryVariables(Func<string, string?> variable)
{
    /// <summary>The variables of this process.</summary>
    public static OpenTelemetryVariables OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>This process's OpenTelemetry variables by name, which the exporters read.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(static variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value))
            .Where(static variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal));

    /// <summary><c>OTEL_SDK_DISABLED=true</c> switches all telemetry off.</summary>
    public bool IsDisabled => string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when spans are exported: they are requested, and no variable is faulty.</summary>
    public bool WantTraces => IsNeeded("TRACES");

    /// <summary>True when metrics are exported: they are requested, and no variable is faulty.</summary>
    public bool WantMetrics => IsNeeded("METRICS");

    /// <summary>
    /// What is wrong with the variables of a requested export, in one sentence each, without secrets. When there are
    /// faults nothing may be exported, but training continues.
    /// </summary>
    public IReadOnlyList<string> FindFaults() => IsDisabled || !(IsRequested("TRACES") || IsRequested("METRICS"))
        ? []
        : [.. from rule in OpenTelemetryRule.All
              let value = variable(rule.Name)
              where !string.IsNullOrWhiteSpace(value)
              let why = rule.WhyNot(value)
              where why is not null
              select why];

    private bool IsNeeded(string signal) => !IsDisabled && IsRequested(signal) && FindFaults().Count == 0;

    // The specification's default is a collector on this machine, so every run would try to reach one. Here an endpoint
    // or an exporter must be named.
    private bool IsRequested(string signal) => variable($"OTEL_{signal}_EXPORTER") switch
    {
        "none" => false,
        null or "" => !string.IsNullOrEmpty(variable("OTEL_EXPORTER_OTLP_ENDPOINT"))
            || !string.IsNullOrEmpty(variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")),
        _ => true,
    };
}
