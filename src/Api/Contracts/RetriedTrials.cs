namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>The answer to a retry of a sweep's failed trials.</summary>
public sealed record RetriedTrials
{
    /// <summary>The number of failed trials that wait again.</summary>
    public required int Retried { get; init; }
}
