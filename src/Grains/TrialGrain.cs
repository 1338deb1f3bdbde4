using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Decides what an attempt's end means. Its memory is a copy of the trial's row, read on activation and changed only after a commit; a
/// write that fails leaves the memory as it was, and the node reports again.
/// </summary>
internal sealed partial class TrialGrain(
    LedgerReader reader, LedgerWriter ledger, AttemptSpans spans, GrainInstruments instruments, IOptions<ClusterTiming> timing, TimeProvider time,
    ILogger<TrialGrain> logger) : Grain, ITrialGrain
{
    private TrialRow _trial = null!;

    private TrialKey Key => new(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ReloadAsync();

    public async Task<TrainerOrder?> StartAsync(string node, int slot, DateTimeOffset queuedSince)
    {
        if (_trial.State != TrialState.Waiting) await ReloadAsync(); // It may have been requeued by a new revision.
        if (_trial.State != TrialState.Waiting) return null;
        var id = new AttemptId(Key, _trial.Attempt + 1);
        var trace = spans.Open(id, _trial, node, slot);
        if (await ledger.StartAttemptAsync(Key, _trial.Attempt, node, slot, trace) is null)
        {
            spans.Forget(id);
            await ReloadAsync();
            return null;
        }

        await ReloadAsync();
        AttemptSpans.Waited(id, _trial, queuedSince);
        instruments.Waited(time.GetUtcNow() - queuedSince);
        return new TrainerOrder(id, _trial.Spec, slot, _trial.Run.CheckpointEverySeconds, ReadAfter: 0, trace);
    }

    public async Task<ReportAnswer> ReportAsync(AttemptReport report)
    {
        if (report.Attempt != _trial.Attempt) return new ReportAnswer(Stale: true, 0);
        if (_trial.State != TrialState.Running)
        {
            // The end is committed, but the node or the scheduler did not hear so: say it again.
            await ReleaseAsync(report.Attempt);
            return new ReportAnswer(Stale: true, _trial.LastSequence);
        }

        var news = report.Events.Where(e => e.Sequence > _trial.LastSequence).ToList();
        if (news.Count > 0)
        {
            await ledger.RecordEventsAsync(Key, report.Attempt, news);
            _trial = _trial with
            {
                LastSequence = news[^1].Sequence,
                HasProgressed = _trial.HasProgressed || news.Exists(static e => e is CheckpointWritten),
            };
            news.OfType<EpochTrained>().ToList().ForEach(instruments.Trained);
        }

        if (report.End is { } end) await EndAsync(report.Attempt, end);
        return new ReportAnswer(Stale: false, _trial.LastSequence);
    }

    public async Task LoseAsync(int attempt, string reason)
    {
        if (attempt == _trial.Attempt && _trial.State == TrialState.Running)
            await EndAsync(attempt, new AttemptEnd(AttemptEnding.NodeLost, reason));
    }

    private async Task EndAsync(int attempt, AttemptEnd end)
    {
        if (end is { Ending: AttemptEnding.Completed, Result: { } result })
        {
            await ledger.CommitResultAsync(Key, attempt, result);
        }
        else
        {
            var verdict = Judge(end);
            await ledger.EndAttemptAsync(Key, attempt, new AttemptConclusion(
                end.Ending, end.Reason, end.ExitCode, end.StderrTail, verdict.Next, verdict.Counts,
                verdict.RetryAfter is { } delay ? time.GetUtcNow() + delay : null));
            LogEnded(new AttemptId(Key, attempt), end.Ending, end.Reason, verdict.Next);
        }

        await ReloadAsync();
        instruments.Ended(end.Ending, _trial.State);
        spans.Close(new AttemptId(Key, attempt), end, _trial);
        await ReleaseAsync(attempt);
    }

    // DESIGN §6: an attempt counts towards the limit only if it failed by itself and left no newer checkpoint.
    private (TrialState Next, bool Counts, TimeSpan? RetryAfter) Judge(AttemptEnd end)
    {
        if (end.Ending.IsFinal()) return (TrialState.Failed, true, null);
        var counts = end.Ending.IsOwnFault() && !_trial.HasProgressed;
        var failures = _trial.Failures + (counts ? 1 : 0);
        if (counts && failures >= _trial.Run.MaxAttempts) return (TrialState.Failed, true, null);
        if (!end.Ending.IsOwnFault()) return (TrialState.Waiting, false, TimeSpan.Zero);
        var delay = TimeSpan.FromSeconds(_trial.Run.BackoffSeconds * Math.Pow(2, Math.Max(0, failures - 1)));
        return (TrialState.Waiting, counts, delay < timing.Value.LongestBackoff ? delay : timing.Value.LongestBackoff);
    }

    private async Task ReleaseAsync(int attempt)
    {
        TimeSpan? retryAfter = null;
        if (_trial.State == TrialState.Waiting)
        {
            var delay = (_trial.NotBefore ?? DateTimeOffset.MinValue) - time.GetUtcNow();
            retryAfter = delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
        }

        await GrainFactory.GetGrain<ISchedulerGrain>(0).ReleaseAsync(Key, attempt, retryAfter);
    }

    private async Task ReloadAsync() =>
        _trial = await reader.FindTrialAsync(Key) ?? throw new InvalidOperationException($"the ledger has no trial {Key.Short}");

    [LoggerMessage(LogLevel.Information, "Attempt {Attempt} ended: {Ending} ({Reason}); the trial is {Next}")]
    private partial void LogEnded(AttemptId attempt, AttemptEnding ending, string reason, TrialState next);
}
