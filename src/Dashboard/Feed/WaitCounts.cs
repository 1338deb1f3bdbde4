using System.Globalization;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>What the waiting trials of a sweep wait for.</summary>
/// <param name="Counts">The number of trials for each reason, most frequent first.</param>
/// <param name="NextRetry">The end of the earliest backoff; null without one.</param>
/// <param name="Others">Waiting trials whose reasons were not read, because there are many.</param>
public sealed record WaitCounts(
    IReadOnlyList<(ReasonKind Kind, int Count)> Counts, DateTimeOffset? NextRetry, int Others)
{
    /// <summary>The largest number of trials whose reasons are read.</summary>
    public const int Most = 2000;

    public static WaitCounts None { get; } = new([], null, 0);

    /// <summary>Counts the reasons of waiting trials.</summary>
    /// <param name="trials">At most <see cref="Most"/> of the waiting trials.</param>
    /// <param name="total">The number of all waiting trials.</param>
    public static WaitCounts Of(IReadOnlyList<TrialView> trials, int total) => new(
        [
            .. trials.CountBy(static trial => trial.Reason?.Kind ?? ReasonKind.FreeSlot)
                .OrderByDescending(static reason => reason.Value).Select(static reason => (reason.Key, reason.Value)),
        ],
        trials.Where(static trial => trial.Reason?.Kind == ReasonKind.Backoff).Min(static t => t.Progress.NotBefore),
        total - trials.Count);

    /// <summary>The counts in words: "12 for a free slot, 1 to retry in 20 s".</summary>
    public string Describe(DateTimeOffset now) => Wording.Listed(
        ", ",
        [
            .. Counts.Select(reason => string.Create(
                CultureInfo.InvariantCulture, $"{reason.Count} {Words(reason.Kind, now)}")),
            Wording.Some(Others, "more"),
        ]);

    private string Words(ReasonKind kind, DateTimeOffset now) => kind switch
    {
        ReasonKind.FreeSlot => "for a free slot",
        ReasonKind.IdleNode => "for an idle device",
        ReasonKind.Backoff => NextRetry is { } end && end > now
            ? $"to retry, the first in {Wording.Duration(end - now)}" : "to retry",
        ReasonKind.NoHead => "for sbnn to run on this home",
        ReasonKind.NoNode => "for a node that accepts trials",
        ReasonKind.GpuMemory => "for GPU memory",
        ReasonKind.NoDevice => "for a device on which they may run",
        _ => "for another reason",
    };
}
