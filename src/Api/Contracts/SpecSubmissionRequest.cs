namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>
/// A spec to prepare, expand, record and train. The head looks at no path that it names: images are names below its own
/// data root.
/// </summary>
public sealed record SpecSubmissionRequest
{
    /// <summary>The spec's YAML; 1 MB at most.</summary>
    public required string Spec { get; init; }

    /// <summary>What messages call the spec.</summary>
    public string? FileName { get; init; }

    /// <summary>
    /// The YAML of the file of published figures that the spec names, 1 MB at most; left out when it names none.
    /// </summary>
    public string? Published { get; init; }

    /// <summary>The W3C <c>traceparent</c> of the span that submits it.</summary>
    public string? TraceParent { get; init; }
}
