using System.Collections;

namespace Sbnn.Sweeps.Core.Telemetry;

/// <summary>
/// The telemetry that OpenTelemetry's standard environment variables request from a process. Without such a request
/// nothing is exported. The exporter itself reads the variables for endpoint, protocol, headers, sampling and resource.
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

    /// <summary>True when the process exports spans: they are requested, and no variable is faulty.</summary>
    public bool ExportsTraces => IsNeeded("TRACES");

    /// <summary>True when the process exports metrics: they are requested, and no variable is faulty.</summary>
    public bool ExportsMetrics => IsNeeded("METRICS");

    /// <summary>
    /// The faults in the variables of a requested export, one sentence each, without secrets. With a fault nothing is
    /// exported, but training continues.
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

    // OpenTelemetry's specification has a collector on this machine as its default, so every run would try to connect
    // to one. Therefore telemetry is exported only if a variable names an endpoint or an exporter.
    private bool IsRequested(string signal) => variable($"OTEL_{signal}_EXPORTER") switch
    {
        "none" => false,
        null or "" => !string.IsNullOrEmpty(variable("OTEL_EXPORTER_OTLP_ENDPOINT"))
            || !string.IsNullOrEmpty(variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")),
        _ => true,
    };
}
