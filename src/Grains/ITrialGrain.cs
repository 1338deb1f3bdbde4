using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// A trial; its key is the <see cref="TrialKey"/>'s digits. Only this grain writes a trial after its creation. Lives on
/// the head.
/// </summary>
public interface ITrialGrain : IGrainWithStringKey
{
    /// <summary>Starts the trial's next attempt on a node's slot.</summary>
    /// <param name="attempt">The number that the next attempt is expected to have.</param>
    /// <param name="node">The node.</param>
    /// <param name="slot">The node's slot.</param>
    /// <param name="waited">How long the trial has waited for the slot.</param>
    /// <param name="gpu">The GPU that the slot is of; null: a CPU slot.</param>
    Task<StartOutcome> StartAsync(
        int attempt, [Immutable] NodeName node, int slot, TimeSpan waited, [Immutable] AttemptGpu? gpu = null);

    /// <summary>
    /// Returns what a node needs to run an attempt; null when the attempt is not running, or belongs to another node.
    /// </summary>
    Task<TrainerOrder?> FindOrderAsync([Immutable] NodeName node, int attempt);

    /// <summary>
    /// Applies a node's report about an attempt. A report about any attempt but the current one, or from a node that
    /// does not hold it, changes nothing and is answered as stale.
    /// </summary>
    Task<ReportAnswer> ReportAsync([Immutable] NodeName node, AttemptReport report);

    /// <summary>Ends an attempt as lost, because its node is gone or no longer holds it.</summary>
    Task LoseAsync(int attempt, string reason);
}

/// <summary>The outcome of an order to start an attempt.</summary>
public enum StartOutcome
{
    /// <summary>The attempt is committed as running.</summary>
    Started = 0,

    /// <summary>The trial is not waiting for this attempt; nothing changed.</summary>
    Refused = 1,
}

/// <summary>What a node reports of an attempt since the last acknowledged report.</summary>
/// <param name="Attempt">The number of the attempt.</param>
/// <param name="Events">The attempt's new events, in order of sequence.</param>
/// <param name="End">How the attempt ended; null while it runs.</param>
[Immutable]
public sealed record AttemptReport(int Attempt, IReadOnlyList<TrainerEvent> Events, AttemptEnd? End)
{
    /// <summary>What the node measured on the attempt's GPU; null on a CPU slot.</summary>
    public GpuUse? Gpu { get; init; }
}

/// <summary>What a node measured on the GPU that an attempt ran on.</summary>
/// <param name="MemoryMiB">The GPU's total memory.</param>
/// <param name="PeakMiB">The most memory that the attempt used, after at least one epoch; null when the attempt shared
/// the GPU, or its memory could not be measured.</param>
[Immutable]
public sealed record GpuUse(int MemoryMiB, int? PeakMiB);

/// <summary>How an attempt ended, as far as its node knows.</summary>
/// <param name="Ending">Why.</param>
/// <param name="Reason">The reason in a sentence for people.</param>
/// <param name="ExitCode">The exit code (128 + signal for signals); null when unknown, as for an adopted
/// process.</param>
/// <param name="StderrTail">The end of standard error.</param>
/// <param name="Result">The result, for <see cref="AttemptEnding.Completed"/>.</param>
[Immutable]
public sealed record AttemptEnd(
    AttemptEnding Ending, string Reason, int? ExitCode = null, string? StderrTail = null, TrialResult? Result = null)
{
    /// <summary>True when the node could not get the trial's images: another node gets the next attempt.</summary>
    public bool LacksImages { get; init; }
}

/// <summary>A trial's answer to a report.</summary>
/// <param name="Stale">The attempt is not the current one: stop it and forget it.</param>
/// <param name="AcknowledgedSequence">Events up to this one are committed.</param>
/// <param name="IsFinished">The trial's result is committed, by this attempt or another: its checkpoints are no longer
/// needed.</param>
[Immutable]
public readonly record struct ReportAnswer(bool Stale, long AcknowledgedSequence, bool IsFinished = false);
