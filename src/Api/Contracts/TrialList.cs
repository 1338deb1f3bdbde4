namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A page of a sweep's trials.</summary>
public sealed record TrialList
{
    /// <summary>The trials of this page.</summary>
    public required IReadOnlyList<Trial> Items { get; init; }

    /// <summary>How many trials there are on all pages.</summary>
    public required int Total { get; init; }

    /// <summary>What to give as <c>cursor</c> for the next page; left out on the last one.</summary>
    public string? NextCursor { get; init; }
}
