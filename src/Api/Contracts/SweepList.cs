namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A page of sweeps, by name.</summary>
public sealed record SweepList
{
    /// <summary>The sweeps of this page.</summary>
    public required IReadOnlyList<Sweep> Items { get; init; }

    /// <summary>What to give as <c>cursor</c> for the next page; left out on the last one.</summary>
    public string? NextCursor { get; init; }
}
