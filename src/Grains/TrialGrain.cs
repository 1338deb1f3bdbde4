using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Decides a trial's next state when an attempt ends. The grain caches the trial's row, reads it on first use and
/// changes it only after a commit. A write that fails leaves the cache unchanged, and the node repeats its report.
/// </summary>
/// <remarks>
/// No grain is collected by its age (<see cref="KeepAliveAttribute"/>): Orleans computes the age from the wall clock,
/// and after the clock is set back it activates no grain that could be collected. A trial's grain leaves the memory
/// itself when an attempt has ended.
/// </remarks>
[KeepAlive]
internal sealed partial class TrialGrain(
    LedgerReader reader, LedgerWriter ledger, AttemptSpans spans, GrainInstruments instruments,
    IOptions<ClusterTiming> timing, TimeProvider time,
    ILogger<TrialGrain> logger, IStoredCheckpoints? checkpoints = null) : Grain, ITrialGrain
{
    private TrialRow? _known;
    private int _peakMiB; // The highest peak that the current attempt's node reported.

    private TrialKey Key => new(this.GetPrimaryKeyString());

    public async Task<StartOutcome> StartAsync(
        int attempt, NodeName node, int slot, TimeSpan waited, AttemptGpu? gpu)
    {
        var trial = await ReloadAsync(); // A new revision may have requeued the trial, or moved its images.
        if (trial.State != TrialState.Waiting || trial.Attempt + 1 != attempt) return StartOutcome.Refused;
        (_known, _peakMiB) = (null, 0); // The cache is empty until the start is committed or refused.
        var id = new AttemptId(Key, attempt);
        var trace = spans.Open(id, trial, node, slot);
        var now = time.GetUtcNow();
        if (!await ledger.StartAttemptAsync(id, node, slot, trace, gpu))
        {
            spans.Forget(id);
            return StartOutcome.Refused;
        }

        _known = trial with
        {
            State = TrialState.Running,
            Attempt = attempt,
            Node = node,
            Gpu = gpu,
            NotBefore = null,
            LastSequence = 0,
            HasProgressed = false,
            AttemptStartedAt = now,
            AttemptTrace = trace,
        };
        AttemptSpans.RecordWait(id, trial, now - waited);
        instruments.RecordWait(waited);
        return StartOutcome.Started;
    }

    public async Task<TrainerOrder?> FindOrderAsync(NodeName node, int attempt)
    {
        var trial = _known ?? await ReloadAsync();
        if (trial.State != TrialState.Running || trial.Attempt != attempt || trial.Node != node) return null;
        return new TrainerOrder(
            new AttemptId(Key, attempt), trial.Spec, trial.Run.CheckpointEvery, trial.Run.HangAfter,
            trial.LastSequence, trial.AttemptTrace)
        {
            Checkpoint = checkpoints?.Find(Key),
            Gpu = trial.Gpu?.Uuid,
            KeepsWeights = trial.KeepsWeights,
        };
    }

    public async Task<ReportAnswer> ReportAsync(NodeName node, AttemptReport report)
    {
        var trial = _known ?? await ReloadAsync();
        if (report.Attempt != trial.Attempt || trial.Node != node) return new ReportAnswer(Stale: true, 0);
        if (trial.State != TrialState.Running)
        {
            // The attempt's end is committed, but the node or the scheduler has not received that: notify both again.
            await NotifySchedulerAsync(trial, report.Attempt);
            return new ReportAnswer(Stale: true, trial.LastSequence, trial.State == TrialState.Finished);
        }

        var news = report.Events.Where(e => e.Sequence > trial.LastSequence).ToList();
        if (news.Count > 0)
        {
            await ledger.RecordEventsAsync(new AttemptId(Key, report.Attempt), news);
            _known = trial = trial with
            {
                LastSequence = news[^1].Sequence,
                HasProgressed = trial.HasProgressed || news.Exists(static e => e is CheckpointWritten),
            };
            foreach (var newEvent in news) HandleEvent(newEvent);
        }

        if (report.Gpu?.PeakMiB is { } peak) await RecordPeakAsync(trial, peak);
        if (report.End is { } end) await EndAsync(trial, end, report.Gpu?.MemoryMiB);
        return new ReportAnswer(Stale: false, trial.LastSequence, _known?.State == TrialState.Finished);
    }

    public async Task LoseAsync(int attempt, string reason)
    {
        var trial = _known ?? await ReloadAsync();
        if (attempt != trial.Attempt) return;
        if (trial.State == TrialState.Running) await EndAsync(trial, new AttemptEnd(AttemptEnding.NodeLost, reason));
        else await NotifySchedulerAsync(trial, attempt); // The scheduler missed the committed end.
    }

    private void HandleEvent(TrainerEvent news)
    {
        if (news is EpochCompleted epoch) instruments.RecordEpoch(epoch);
        else if (news is ResumeChecked { IsExact: false } check) LogInexact(Key.Short, check.DeviceClass, check.Detail);
    }

    private async Task EndAsync(TrialRow trial, AttemptEnd end, int? memoryMiB = null)
    {
        if (end is { Ending: AttemptEnding.Completed, Result: { } result })
        {
            try
            {
                var isCommitted = await ledger.CommitResultAsync(
                    new AttemptId(Key, trial.Attempt), result, end.Weights);
                _known = isCommitted ? trial with { State = TrialState.Finished, NotBefore = null } : null;
                if (isCommitted) RemoveCheckpoint();
            }
            catch (BadInputException refused)
            {
                // A retry cannot help, because the ledger would refuse the same result again.
                await EndAsync(trial,
                    new AttemptEnd(AttemptEnding.Crashed, $"the ledger refused the trainer's {refused.Message}",
                        end.ExitCode, end.StderrTail));
                return;
            }
        }
        else
        {
            var verdict = DecideNext(await ReloadAsync(), end); // The latest revision's limits apply.
            await ledger.EndAttemptAsync(new AttemptId(Key, trial.Attempt), new AttemptConclusion(
                end.Ending, end.Reason, end.ExitCode, end.StderrTail, verdict.Next, verdict.Counts,
                verdict.RetryAfter is { } delay ? time.GetUtcNow() + delay : null)
            { MemoryMiB = memoryMiB });
            if (end.Ending == AttemptEnding.OutOfMemory) await NotifyPeakAsync(trial);
            LogEnded(new AttemptId(Key, trial.Attempt), end.Ending, end.Reason, verdict.Next);
            _known = null; // The ledger decided whether the trial waits or is withdrawn.
        }

        var after = _known ?? await ReloadAsync();
        instruments.RecordEnd(end.Ending, after.State);
        spans.Close(new AttemptId(Key, trial.Attempt), end, after);
        await NotifySchedulerAsync(after, trial.Attempt, end.LacksImages);
        DeactivateOnIdle();
    }

    // A node repeats the peak in each report, so only a higher peak is written to the ledger.
    private async Task RecordPeakAsync(TrialRow trial, int peakMiB)
    {
        if (trial.Gpu is not { } gpu || peakMiB <= _peakMiB) return;
        await ledger.RecordPeakAsync(new ShapePeak(TrialShape.Of(trial.Spec), gpu.Model, peakMiB));
        _peakMiB = peakMiB;
        await NotifyPeakAsync(trial);
    }

    private async Task NotifyPeakAsync(TrialRow trial)
    {
        if (trial.Gpu is { } gpu && await reader.FindPeakAsync(TrialShape.Of(trial.Spec), gpu.Model) is { } peak)
            await GrainFactory.GetGrain<ISchedulerGrain>(0).MeasuredAsync(peak);
    }

    private void RemoveCheckpoint()
    {
        try
        {
            checkpoints?.Remove(Key);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(Key.Short, error.Message);
        }
    }

    // An attempt counts towards the limit on failed attempts only if the attempt itself caused the failure and has
    // written no checkpoint.
    private (TrialState Next, bool Counts, TimeSpan? RetryAfter) DecideNext(TrialRow trial, AttemptEnd end)
    {
        if (end.Ending.IsFinal()) return (TrialState.Failed, true, null);
        var counts = end.Ending.IsOwnFault() && !trial.HasProgressed;
        var failures = trial.Failures + (counts ? 1 : 0);
        if (counts && failures >= trial.Run.MaxAttempts) return (TrialState.Failed, true, null);
        if (!end.Ending.IsOwnFault()) return (TrialState.Waiting, false, TimeSpan.Zero);
        return (TrialState.Waiting, counts, Backoff.After(failures, trial.Run.Backoff, timing.Value.LongestBackoff));
    }

    private Task NotifySchedulerAsync(TrialRow trial, int attempt, bool lacksImages = false) =>
        GrainFactory.GetGrain<ISchedulerGrain>(0)
        .EndedAsync(new AttemptId(Key, attempt),
            new AttemptFollowUp(trial.State == TrialState.Waiting, trial.NotBefore, trial.RanOutOn, lacksImages)
            {
                ResumesOn = trial.ResumesOn,
                Trained = trial.Trained,
            });

    private async Task<TrialRow> ReloadAsync() =>
        _known = await reader.FindTrialAsync(Key)
            ?? throw new InvalidOperationException($"the ledger has no trial {Key.Short}");

    [LoggerMessage(LogLevel.Warning,
        "Trial {Trial}: resuming is not exact on '{DeviceClass}'; reports mark the trial: {Detail}")]
    private partial void LogInexact(string trial, string deviceClass, string detail);

    [LoggerMessage(LogLevel.Information, "Attempt {Attempt} ended: {Ending} ({Reason}); the trial is {Next}")]
    private partial void LogEnded(AttemptId attempt, AttemptEnding ending, string reason, TrialState next);

    [LoggerMessage(LogLevel.Warning,
        "Trial {Trial} is finished, but its checkpoint on the head could not be removed: {Reason}")]
    private partial void LogNotRemoved(string trial, string reason);
}
