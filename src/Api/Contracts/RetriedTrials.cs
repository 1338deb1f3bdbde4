namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>What a retry did.</summary>
public sealed record RetriedTrials
{
    /// <summary>Failed trials that wait again.</summary>
    public required int Retried { get; init; }
}
