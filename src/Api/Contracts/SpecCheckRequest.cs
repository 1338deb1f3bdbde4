namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A spec to check. Nothing is prepared or recorded.</summary>
public sealed record SpecCheckRequest
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
}
