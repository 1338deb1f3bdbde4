namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A page of a sweep's trials.</summary>
public sealed record TrialList
{
    /// <summary>The trials of this page.</summary>
    public required IReadOnlyList<Trial> Items { get; init; }

    /// <summary>
    /// The hyperparameters whose values differ among the sweep's trials. With the seed, they name a trial.
    /// </summary>
    public IReadOnlyList<string> Varying { get; init; } = [];

    /// <summary>The number of trials on all pages.</summary>
    public required int Total { get; init; }

    /// <summary>
    /// Identifies the changes up to the first page, with which a client then reads later changes; omitted on the other
    /// pages.
    /// </summary>
    public string? Mark { get; init; }

    /// <summary>The <c>cursor</c> of the next page; omitted on the last page.</summary>
    public string? NextCursor { get; init; }
}
