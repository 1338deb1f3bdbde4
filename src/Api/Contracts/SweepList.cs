namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A page of sweeps, by name.</summary>
public sealed record SweepList
{
    /// <summary>The sweeps of this page.</summary>
    public required IReadOnlyList<Sweep> Items { get; init; }

    /// <summary>The <c>cursor</c> of the next page; omitted on the last page.</summary>
    public string? NextCursor { get; init; }
}
