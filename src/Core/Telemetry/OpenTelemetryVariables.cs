using System.Collections;

namespace Sbnn.Sweeps.Core.Telemetry;

/// <summary>
/// What OpenTelemetry's standard environment variables ask of a process. Nothing is exported unless they ask for it;
/// endpoint, protocol, headers, sampling and resource are read by the exporter itself.
/// </summary>
/// <param name="variable">Gives a variable's value, or null.</param>
public sealed class OpenTelemetryVariables(Func<string, string?> variable)
{
    /// <summary>Those of this process.</summary>
    public static OpenTelemetryVariables OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>This process's variables by name, and no others: what the exporters read.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(static variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value))
            .Where(static variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal));

    /// <summary><c>OTEL_SDK_DISABLED=true</c>: no telemetry of any kind.</summary>
    public bool IsDisabled => string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Spans go to a collector, if no variable is faulty.</summary>
    public bool WantTraces => IsNeeded("TRACES");

    /// <summary>Metrics go to a collector, if no variable is faulty.</summary>
    public bool WantMetrics => IsNeeded("METRICS");

    /// <summary>
    /// What is wrong with the variables of an export that is asked for, a sentence each, without secrets. Then nothing
    /// is to be exported: telemetry is no reason to stop a training.
    /// </summary>
    public IReadOnlyList<string> FindFaults() => IsDisabled || !(IsAskedFor("TRACES") || IsAskedFor("METRICS"))
        ? []
        : [.. from rule in OpenTelemetryRule.All
              let value = variable(rule.Name)
              where !string.IsNullOrWhiteSpace(value)
              let why = rule.WhyNot(value)
              where why is not null
              select why];

    private bool IsNeeded(string signal) => !IsDisabled && IsAskedFor(signal) && FindFaults().Count == 0;

    // The specification's default, a collector on this machine, would have every run look for one: an endpoint or an
    // exporter must be named.
    private bool IsAskedFor(string signal) => variable($"OTEL_{signal}_EXPORTER") switch
    {
        "none" => false,
        null or "" => !string.IsNullOrEmpty(variable("OTEL_EXPORTER_OTLP_ENDPOINT"))
            || !string.IsNullOrEmpty(variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")),
        _ => true,
    };
}
