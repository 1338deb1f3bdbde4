using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// A trial; its key is the <see cref="TrialKey"/>'s digits. The only writer of a trial after its creation. Lives on the
/// head.
/// </summary>
public interface ITrialGrain : IGrainWithStringKey
{
    /// <summary>Starts the trial's next attempt on a node's slot.</summary>
    /// <param name="attempt">The number that the next attempt is expected to have.</param>
    /// <param name="node">The node.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="waited">How long the trial has waited for it.</param>
    /// <param name="gpu">The GPU that the slot is of; null: a CPU slot.</param>
    Task<StartOutcome> StartAsync(
        int attempt, [Immutable] NodeName node, int slot, TimeSpan waited, [Immutable] AttemptGpu? gpu = null);

    /// <summary>
    /// What a node needs to run an attempt; null when it is not the running one, or is another node's.
    /// </summary>
    Task<TrainerOrder?> FindOrderAsync([Immutable] NodeName node, int attempt);

    /// <summary>
    /// Applies what a node saw of an attempt. Reports of any attempt but the current one, or by a node that does not
    /// hold it, change nothing and are answered as stale.
    /// </summary>
    Task<ReportAnswer> ReportAsync([Immutable] NodeName node, AttemptReport report);

    /// <summary>The node that ran an attempt is gone, or holds it no longer.</summary>
    Task LoseAsync(int attempt, string reason);
}

/// <summary>What became of the order to start an attempt.</summary>
public enum StartOutcome
{
    /// <summary>The attempt is committed as running.</summary>
    Started = 0,

    /// <summary>The trial does not wait for this attempt; nothing changed.</summary>
    Refused = 1,
}

/// <summary>What a node saw of an attempt since its last acknowledged report.</summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Events">Its new events, in order of sequence.</param>
/// <param name="End">How it ended; null while it runs.</param>
[Immutable]
public sealed record AttemptReport(int Attempt, IReadOnlyList<TrainerEvent> Events, AttemptEnd? End)
{
    /// <summary>What was seen of its GPU; null on a CPU slot.</summary>
    public GpuUse? Gpu { get; init; }
}

/// <summary>What a node has seen of the GPU that an attempt ran on.</summary>
/// <param name="MemoryMiB">All the GPU's memory.</param>
/// <param name="PeakMiB">The most that the attempt took of it, after an epoch or more; null when it was not alone there
/// or could not be measured.</param>
[Immutable]
public sealed record GpuUse(int MemoryMiB, int? PeakMiB);

/// <summary>How an attempt ended, as its node can tell.</summary>
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
    /// <summary>True when the node could not get the trial's images: the next attempt is another node's.</summary>
    public bool LacksImages { get; init; }
}

/// <summary>A trial's answer to a report.</summary>
/// <param name="Stale">The attempt is not the current one: stop it and forget it.</param>
/// <param name="AcknowledgedSequence">Events up to this one are committed.</param>
/// <param name="IsFinished">The trial's result is committed, by this attempt or another: no checkpoint of it serves any
/// more.</param>
[Immutable]
public readonly record struct ReportAnswer(bool Stale, long AcknowledgedSequence, bool IsFinished = false);
