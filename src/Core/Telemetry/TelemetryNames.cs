namespace Sbnn.Sweeps.Core.Telemetry;

/// <summary>
/// Names that several processes share: attributes of spans and metrics, and the variables that pass a span to a child
/// process.
/// </summary>
public static class TelemetryNames
{
    /// <summary>
    /// A pattern that matches the activity sources and meters of all sbnn assemblies, each of which has the name of its
    /// assembly.
    /// </summary>
    public const string AllSources = "Sbnn.Sweeps.*";

    /// <summary>
    /// The environment variable with the <c>traceparent</c> of the W3C trace context: the parent span of a process.
    /// </summary>
    public const string TraceParentVariable = "TRACEPARENT";

    /// <summary>The environment variable with the <c>tracestate</c> of the W3C trace context.</summary>
    public const string TraceStateVariable = "TRACESTATE";

    /// <summary>The attribute with a sweep's name.</summary>
    public const string Sweep = "sbnn.sweep";

    /// <summary>The attribute with a trial's key in its short form.</summary>
    public const string Trial = "sbnn.trial";

    /// <summary>The attribute with a trial's state.</summary>
    public const string State = "sbnn.trial.state";

    /// <summary>The attribute with an attempt's number: 1, 2, ….</summary>
    public const string Attempt = "sbnn.attempt";

    /// <summary>The attribute with the reason why an attempt ended.</summary>
    public const string Ending = "sbnn.attempt.ending";

    /// <summary>The attribute with a node's name.</summary>
    public const string Node = "sbnn.node";

    /// <summary>The attribute with the number of a node's slot: 0, 1, ….</summary>
    public const string Slot = "sbnn.slot";
}
