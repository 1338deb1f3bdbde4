namespace Sbnn.Sweeps.Core.Telemetry;

/// <summary>
/// Names that several processes share: of attributes on spans and metrics, and of the variable that passes a span to a
/// child process.
/// </summary>
public static class TelemetryNames
{
    /// <summary>
    /// Matches the activity sources and meters of all our assemblies, which are named after their assembly.
    /// </summary>
    public const string AllOurs = "Sbnn.Sweeps.*";

    /// <summary>
    /// The environment variable with the W3C trace context's <c>traceparent</c>: the parent span of a process.
    /// </summary>
    public const string TraceParentVariable = "TRACEPARENT";

    /// <summary>The environment variable with the W3C trace context's <c>tracestate</c>.</summary>
    public const string TraceStateVariable = "TRACESTATE";

    /// <summary>A sweep's name.</summary>
    public const string Sweep = "sbnn.sweep";

    /// <summary>A trial's key in its short form.</summary>
    public const string Trial = "sbnn.trial";

    /// <summary>A trial's state.</summary>
    public const string State = "sbnn.trial.state";

    /// <summary>An attempt's number: 1, 2, ….</summary>
    public const string Attempt = "sbnn.attempt";

    /// <summary>Why an attempt ended.</summary>
    public const string Ending = "sbnn.attempt.ending";

    /// <summary>A node's name.</summary>
    public const string Node = "sbnn.node";

    /// <summary>A node's slot: 0, 1, ….</summary>
    public const string Slot = "sbnn.slot";
}
