using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger;

/// <summary>All that a report is made of: the table that a sweep's latest revision asks for, and its trials.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="Table">The table to fill.</param>
/// <param name="Trials">The trials, in the order of the grid.</param>
public sealed record SweepOutcome(string Name, TableSpec Table, IReadOnlyList<TrialOutcome> Trials);

/// <summary>A trial as reports see it.</summary>
public sealed record TrialOutcome
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    public required TrialState State { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>How it stood to its target; null until it is finished.</summary>
    public ConstraintOutcome? Constraint { get; init; }

    /// <summary>The reported epoch (<see cref="TrialResult.BestEpoch"/>); null when unfinished, or when the target was never reached.</summary>
    public EpochFigures? Best { get; init; }

    /// <summary>The last epoch; null until it is finished.</summary>
    public EpochFigures? Last { get; init; }

    /// <summary>Where and when its current attempt ran: for the manifest only, never for a table.</summary>
    public AttemptProvenance? Provenance { get; init; }
}

/// <summary>What tables show of an epoch.</summary>
/// <param name="Epoch">Epochs trained.</param>
/// <param name="Correct">Test images classified correctly.</param>
/// <param name="Total">Test images.</param>
/// <param name="Ones">U.</param>
/// <param name="Weights">N.</param>
/// <param name="Entropy">h(U/N), bits a weight.</param>
/// <param name="K0">K₀ in [0, 1].</param>
/// <param name="K1">K₁ in [0, 1].</param>
/// <param name="BopsPr">BOPs PR, a fraction; negative is a saving.</param>
/// <param name="BParamsPr">BParams PR, a fraction; negative is a saving.</param>
public sealed record EpochFigures(
    int Epoch, int Correct, int Total, long Ones, long Weights, double Entropy, double K0, double K1, double BopsPr, double BParamsPr);

/// <summary>Where and when an attempt ran.</summary>
/// <param name="Attempt">1, 2, ….</param>
/// <param name="Node">The node.</param>
/// <param name="DeviceClass">Its device class, once it started.</param>
/// <param name="StartedAt">When it was given its slot.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="ResumedAtEpoch">Epochs that its checkpoint had; null when it began at the start.</param>
public sealed record AttemptProvenance(
    int Attempt, string Node, string? DeviceClass, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int? ResumedAtEpoch);
