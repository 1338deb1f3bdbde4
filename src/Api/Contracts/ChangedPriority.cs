namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A changed priority.</summary>
public sealed record ChangedPriority
{
    /// <summary>The previous priority.</summary>
    public required int Before { get; init; }

    /// <summary>The new priority.</summary>
    public required int Now { get; init; }
}
