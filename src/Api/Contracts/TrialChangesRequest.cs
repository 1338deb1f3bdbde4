namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>Requests the trials of a sweep that changed.</summary>
public sealed record TrialChangesRequest
{
    /// <summary>The <see cref="TrialChanges.Mark"/> of the previous answer; omitted: all trials are read.</summary>
    public string? Since { get; init; }
}
