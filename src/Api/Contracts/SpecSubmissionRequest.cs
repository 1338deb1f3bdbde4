namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>
/// A spec to prepare, expand, record and train. The head opens no path from the spec: image folders are names below its
/// own data root.
/// </summary>
public sealed record SpecSubmissionRequest
{
    /// <summary>The spec's YAML; 1 MB at most.</summary>
    public required string Spec { get; init; }

    /// <summary>The name of the spec's file, for messages.</summary>
    public string? FileName { get; init; }

    /// <summary>
    /// The YAML of the file of published results that the spec names, 1 MB at most; omitted when the spec names no such
    /// file.
    /// </summary>
    public string? Published { get; init; }

    /// <summary>The W3C <c>traceparent</c> of the submitting span.</summary>
    public string? TraceParent { get; init; }
}
