namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A sweep, and those of its trials that may have changed.</summary>
public sealed record TrialChanges
{
    /// <summary>The sweep as a whole.</summary>
    public required Sweep Sweep { get; init; }

    /// <summary>At least every trial that changed since the mark, as it stands now, in the order of the grid.</summary>
    public required IReadOnlyList<Trial> Items { get; init; }

    /// <summary>What to ask with the next time.</summary>
    public required string Mark { get; init; }
}
