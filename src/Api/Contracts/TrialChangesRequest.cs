namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>Asks which of a sweep's trials changed.</summary>
public sealed record TrialChangesRequest
{
    /// <summary>The <see cref="TrialChanges.Mark"/> of the previous answer; omitted: all trials are read.</summary>
    public string? Since { get; init; }
}
