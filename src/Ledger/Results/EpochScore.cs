namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>The counts of an epoch by which a report chooses one, and which learning curves show.</summary>
public sealed record EpochScore
{
    /// <summary>1, 2, ….</summary>
    public required int Epoch { get; init; }

    /// <summary>Test images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>Test images.</summary>
    public required int Total { get; init; }

    /// <summary>Validation images classified correctly; null where none are held out.</summary>
    public int? ValidationCorrect { get; init; }

    /// <summary>U.</summary>
    public required long Ones { get; init; }

    /// <summary>N.</summary>
    public required long Weights { get; init; }
}
