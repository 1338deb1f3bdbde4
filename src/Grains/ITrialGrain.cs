using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// A trial; its key is the <see cref="TrialKey"/>'s digits. Once the trial is in the ledger, only this grain changes
/// it. The grain runs on the head.
/// </summary>
public interface ITrialGrain : IGrainWithStringKey
{
    /// <summary>Starts the trial's next attempt on a node's slot.</summary>
    /// <param name="attempt">The number that the next attempt is expected to have.</param>
    /// <param name="node">The node.</param>
    /// <param name="slot">The node's slot.</param>
    /// <param name="waited">How long the trial has waited for the slot.</param>
    /// <param name="gpu">The slot's GPU; null: a CPU slot.</param>
    Task<StartOutcome> StartAsync(
        int attempt, [Immutable] NodeName node, int slot, TimeSpan waited, [Immutable] AttemptGpu? gpu = null);

    /// <summary>
    /// Returns what a node needs to run an attempt; null when the attempt is not running, or belongs to another node.
    /// </summary>
    Task<TrainerOrder?> FindOrderAsync([Immutable] NodeName node, int attempt);

    /// <summary>
    /// Applies a node's report about an attempt. A report about an attempt that is not the current one, or that runs on
    /// another node, changes nothing and is answered as stale.
    /// </summary>
    Task<ReportAnswer> ReportAsync([Immutable] NodeName node, AttemptReport report);

    /// <summary>Ends an attempt as lost, because its node is gone or no longer runs it.</summary>
    Task LoseAsync(int attempt, string reason);
}

/// <summary>Whether an attempt was started.</summary>
public enum StartOutcome
{
    /// <summary>The attempt is committed as running.</summary>
    Started = 0,

    /// <summary>The trial is not waiting for this attempt; nothing changed.</summary>
    Refused = 1,
}

/// <summary>What a node reports about an attempt since the last acknowledged report.</summary>
/// <param name="Attempt">The number of the attempt.</param>
/// <param name="Events">The attempt's new events, in the order of their sequence numbers.</param>
/// <param name="End">How the attempt ended; null while it runs.</param>
[Immutable]
public sealed record AttemptReport(int Attempt, IReadOnlyList<TrainerEvent> Events, AttemptEnd? End)
{
    /// <summary>What the node measured on the attempt's GPU; null on a CPU slot.</summary>
    public GpuUse? Gpu { get; init; }
}

/// <summary>What a node measured on the GPU that an attempt ran on.</summary>
/// <param name="MemoryMiB">The GPU's total memory.</param>
/// <param name="PeakMiB">The most memory that the attempt used. Null while no epoch has ended (unless the memory ran
/// out), when the attempt shared the GPU, or when the memory could not be measured.</param>
[Immutable]
public sealed record GpuUse(int MemoryMiB, int? PeakMiB);

/// <summary>How an attempt ended, as its node observed it.</summary>
/// <param name="Ending">The kind of end.</param>
/// <param name="Reason">The reason in a sentence for people.</param>
/// <param name="ExitCode">The exit code (128 + signal for signals); null when unknown, as for an adopted
/// process.</param>
/// <param name="StderrTail">The end of standard error.</param>
/// <param name="Result">The result, for <see cref="AttemptEnding.Completed"/>.</param>
[Immutable]
public sealed record AttemptEnd(
    AttemptEnding Ending, string Reason, int? ExitCode = null, string? StderrTail = null, TrialResult? Result = null)
{
    /// <summary>The weights that the attempt left on its node; null when they were not kept.</summary>
    public KeptWeights? Weights { get; init; }

    /// <summary>True when the node could not get the trial's images: another node gets the next attempt.</summary>
    public bool LacksImages { get; init; }
}

/// <summary>A trial's answer to a node's report about an attempt.</summary>
/// <param name="Stale">True when the attempt is not the trial's current one: the node must stop and forget it.</param>
/// <param name="AcknowledgedSequence">The attempt's events up to this sequence number are committed.</param>
/// <param name="IsFinished">True when the trial's result is committed, by this attempt or another: the trial's
/// checkpoints are no longer needed.</param>
[Immutable]
public readonly record struct ReportAnswer(bool Stale, long AcknowledgedSequence, bool IsFinished = false);
