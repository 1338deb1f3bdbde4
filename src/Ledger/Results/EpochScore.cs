namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>The counts of an epoch. A report chooses an epoch by these counts, and learning curves show them.</summary>
public sealed record EpochScore
{
    /// <summary>The number of the epoch: 1, 2, ….</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of test images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>The number of test images.</summary>
    public required int Total { get; init; }

    /// <summary>
    /// The number of validation images classified correctly; null when no images are held out for validation.
    /// </summary>
    public int? ValidationCorrect { get; init; }

    /// <summary>U, the number of binary weights that are 1.</summary>
    public required long Ones { get; init; }

    /// <summary>N, the number of binary weights.</summary>
    public required long Weights { get; init; }
}
