using System.Globalization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The result of a finished trial (<c>result.json</c>): everything that tables are made of, and nothing that varies
/// between equal runs (no time, host, pid or attempt). The same trial therefore always gives the same bytes.
/// </summary>
public sealed record TrialResult
{
    /// <summary>
    /// The version of a result's JSON form. Raise it when equal results no longer have the same bytes as before, so
    /// that the digests of older results are not compared with new ones.
    /// </summary>
    public const int Form = 1;

    /// <summary>The trial's key.</summary>
    public required TrialKey Trial { get; init; }

    /// <summary>What was trained.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>How the sparsity constraint ended.</summary>
    public required ConstraintOutcome Constraint { get; init; }

    /// <summary>
    /// The reported epoch (<see cref="EpochRecord.Epoch"/>), our convention: the highest accuracy on the split of
    /// <see cref="TrialSpec.SelectOn"/> among epochs whose U/N is at most EC + 0.005, and the first of equals; among
    /// all epochs when there is no target. Null when the target was never reached.
    /// </summary>
    public int? BestEpoch { get; init; }

    /// <summary>Every epoch, first to last.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The last epoch.</summary>
    public EpochRecord Last => Epochs[^1];

    /// <summary>The reported epoch, if there is one.</summary>
    public EpochRecord? Best => BestEpoch is { } epoch ? Epochs[epoch - 1] : null;

    /// <summary>
    /// The reason why this is not a valid result of a trial; null when it is valid. A node checks this because the file
    /// may have been altered, and the ledger checks it before it commits.
    /// </summary>
    public string? WhyNotOf(TrialKey trial)
    {
        if (Trial != trial) return $"it belongs to trial {Trial}";
        if (Spec.DataDigest is null || TrialKey.Of(Spec) != trial) return "its spec is that of another trial";
        if (Epochs.Count != Spec.Epochs) return $"it has {Epochs.Count} of {Spec.Epochs} epochs";
        foreach (var (i, epoch) in Epochs.Index())
        {
            // The JSON reader lets null pass inside a list.
            var why = epoch is null ? $"epoch {i + 1} is null" : epoch.Epoch != i + 1
                ? $"epoch {epoch.Epoch} is in the place of epoch {i + 1}" : epoch.WhyNotSound();
            if (why is not null) return why;
        }

        if (BestEpoch < 1 || BestEpoch > Epochs.Count)
            return $"its best epoch is {BestEpoch}, but it has {Epochs.Count} epochs";
        return Constraint != ConstraintOutcome.Collapsed
            && (Constraint == ConstraintOutcome.Missed) != (BestEpoch is null)
            ? $"its constraint is {EnumWords.Of(Constraint)}, but its best epoch is "
                + $"{BestEpoch?.ToString(CultureInfo.InvariantCulture) ?? "none"}"
            : null;
    }
}

/// <summary>How a trial's U/N compares with its sparsity target.</summary>
public enum ConstraintOutcome
{
    /// <summary>There was no target.</summary>
    Unconstrained = 0,

    /// <summary>U/N is at most EC + 0.005 at the reported epoch.</summary>
    Reached = 1,

    /// <summary>No epoch reached the target.</summary>
    Missed = 2,

    /// <summary>
    /// At the last epoch all binary weights of the network have one value (U = 0 or U = N). Single layers may do so at
    /// a high sparsity, because the target applies to the whole network; reports count such layers.
    /// </summary>
    Collapsed = 3,
}
