using System.Globalization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The result of a finished trial (<c>result.json</c>). It has all values that the tables show, and no value that
/// differs between equal runs (time, host, pid, attempt), so the same trial always has the same bytes.
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

    /// <summary>The settings of the trial.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>Whether the trial reached its sparsity target.</summary>
    public required ConstraintOutcome Constraint { get; init; }

    /// <summary>
    /// The number of the epoch that the trainer chose as the best (<see cref="EpochRecord.Epoch"/>). It has the highest
    /// accuracy on the images of <see cref="TrialSpec.SelectOn"/>; if several epochs have it, the first of them is
    /// chosen. Only epochs whose U/N is at most EC + 0.005 count, or all epochs when the trial has no target. Null when
    /// no epoch reached the target. Reports choose their epoch again, with the tolerance of <see
    /// cref="SparsityTarget"/>.
    /// </summary>
    public int? BestEpoch { get; init; }

    /// <summary>Every epoch, first to last.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The last epoch.</summary>
    public EpochRecord Last => Epochs[^1];

    /// <summary>The reported epoch; null when no epoch reached the target.</summary>
    public EpochRecord? Best => BestEpoch is { } epoch ? Epochs[epoch - 1] : null;

    /// <summary>
    /// The reason why this is not a valid result of a trial; null when it is valid. A node calls this because another
    /// program may have altered the file; the ledger calls it before it commits the result.
    /// </summary>
    public string? WhyNotOf(TrialKey trial)
    {
        if (Trial != trial) return $"it belongs to trial {Trial}";
        if (Spec.DataDigest is null || TrialKey.Of(Spec) != trial) return "its settings are those of another trial";
        if (Epochs.Count != Spec.Epochs) return $"it has {Epochs.Count} of {Spec.Epochs} epochs";
        foreach (var (i, epoch) in Epochs.Index())
        {
            var why = epoch.Epoch != i + 1
                ? $"epoch {i + 1} is missing, and epoch {epoch.Epoch} is in its place" : epoch.FindInconsistency();
            if (why is not null) return why;
        }

        if (BestEpoch < 1 || BestEpoch > Epochs.Count)
            return $"its best epoch is {BestEpoch}, but it has {Epochs.Count} epochs";
        return Constraint != ConstraintOutcome.Collapsed
            && (Constraint == ConstraintOutcome.Missed) != (BestEpoch is null)
            ? $"its constraint is {EnumWords.Of(Constraint)}, but it has "
                + (BestEpoch is { } best ? string.Create(CultureInfo.InvariantCulture, $"the best epoch {best}")
                    : "no best epoch")
            : null;
    }
}

/// <summary>How a trial's U/N compares with its sparsity target.</summary>
public enum ConstraintOutcome
{
    /// <summary>The trial had no target.</summary>
    Unconstrained = 0,

    /// <summary>U/N is at most EC + 0.005 at the best epoch.</summary>
    Reached = 1,

    /// <summary>No epoch reached the target.</summary>
    Missed = 2,

    /// <summary>
    /// At the last epoch all binary weights of the network have one value (U = 0 or U = N). A single layer with this
    /// property is normal at a high sparsity, because the target applies to the whole network; reports count such
    /// layers.
    /// </summary>
    Collapsed = 3,
}
