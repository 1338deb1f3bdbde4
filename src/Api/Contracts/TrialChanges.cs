namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A sweep, and those of its trials that may have changed.</summary>
public sealed record TrialChanges
{
    /// <summary>The sweep as a whole.</summary>
    public required Sweep Sweep { get; init; }

    /// <summary>
    /// Every trial that changed since the mark of the request, and possibly others, in their current state and in the
    /// grid's order.
    /// </summary>
    public required IReadOnlyList<Trial> Items { get; init; }

    /// <summary>
    /// The hyperparameters whose values differ among the sweep's trials. With the seed, they name a trial.
    /// </summary>
    public IReadOnlyList<string> Varying { get; init; } = [];

    /// <summary>Identifies the changes up to this answer. A client sends it with the next request.</summary>
    public required string Mark { get; init; }
}
