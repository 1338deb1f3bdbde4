namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A changed priority.</summary>
public sealed record ChangedPriority
{
    /// <summary>The priority before.</summary>
    public required int Before { get; init; }

    /// <summary>The priority from now on.</summary>
    public required int Now { get; init; }
}
