using System.Globalization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// A finished trial (<c>result.json</c>): all that tables are made of, and nothing that varies between equal runs (no
/// time, host, pid or attempt), so the same trial always gives the same bytes.
/// </summary>
public sealed record TrialResult
{
    /// <summary>
    /// The form of a result's JSON: raised when equal results would not have the bytes any more that they had, so that
    /// the digests of older ones are not held against them.
    /// </summary>
    public const int Form = 1;

    /// <summary>The trial's key.</summary>
    public required TrialKey Trial { get; init; }

    /// <summary>What was trained.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>How the sparsity constraint ended.</summary>
    public required ConstraintOutcome Constraint { get; init; }

    /// <summary>
    /// The reported epoch (<see cref="EpochRecord.Epoch"/>): highest accuracy on the split of
    /// <see cref="TrialSpec.SelectOn"/> among epochs whose U/N is at most EC + 0.005, the first of equals; among all
    /// epochs when there is no target. Null when the target was never
    /// reached. Our convention.
    /// </summary>
    public int? BestEpoch { get; init; }

    /// <summary>Every epoch, first to last.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The last epoch.</summary>
    public EpochRecord Last => Epochs[^1];

    /// <summary>The reported epoch, if there is one.</summary>
    public EpochRecord? Best => BestEpoch is { } epoch ? Epochs[epoch - 1] : null;

    /// <summary>
    /// Why this is not a result of a trial; null when it may be one. A node asks before it believes a file that anybody
    /// could have altered, the ledger before it commits.
    /// </summary>
    public string? WhyNotOf(TrialKey trial)
    {
        if (Trial != trial) return $"it is of trial {Trial}";
        if (Spec.DataDigest is null || TrialKey.Of(Spec) != trial) return "its spec is another trial's";
        if (Epochs.Count != Spec.Epochs) return $"it has {Epochs.Count} epochs of {Spec.Epochs}";
        foreach (var (i, epoch) in Epochs.Index())
        {
            // The reader lets a null through inside a list.
            var why = epoch is null ? $"epoch {i + 1} is null" : epoch.Epoch != i + 1
                ? $"epoch {epoch.Epoch} stands where {i + 1} should" : epoch.WhyNotSound();
            if (why is not null) return why;
        }

        if (BestEpoch < 1 || BestEpoch > Epochs.Count) return $"its best epoch is {BestEpoch} of {Epochs.Count}";
        return Constraint != ConstraintOutcome.Collapsed
            && (Constraint == ConstraintOutcome.Missed) != (BestEpoch is null)
            ? $"its constraint is {EnumWords.Of(Constraint)}, and its best epoch "
                + $"{BestEpoch?.ToString(CultureInfo.InvariantCulture) ?? "none"}"
            : null;
    }
}

/// <summary>How a trial stood to its sparsity target at its end.</summary>
public enum ConstraintOutcome
{
    /// <summary>There was no target.</summary>
    Unconstrained = 0,

    /// <summary>At the reported epoch U/N is at most EC + 0.005.</summary>
    Reached = 1,

    /// <summary>No epoch reached the target.</summary>
    Missed = 2,

    /// <summary>
    /// At the last epoch the net's binary weights all hold one value (U = 0 or U = N). Single layers may well do so at
    /// a high sparsity: the target is the whole net's, and reports count them.
    /// </summary>
    Collapsed = 3,
}
