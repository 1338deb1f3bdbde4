using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// Every change of state there is. Each is compare-and-set on what it expects (attempt, state) and says whether it
/// applied; a task that completes means that the change is durable. Throws <see cref="LedgerUnavailableException"/>
/// when nothing could be written.
/// </summary>
public sealed class LedgerWriter : IAsyncDisposable
{
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly RevisionRows _revisions;
    private readonly EpochRows _epochs;
    private readonly ShapeRows _shapes;
    private readonly Statements _statements;
    private readonly WriteQueue _queue;

    internal LedgerWriter(SqliteConnection connection, TimeProvider time, TimeSpan patience, ILogger logger)
    {
        (_connection, _time) = (connection, time);
        _revisions = new RevisionRows(connection);
        _epochs = new EpochRows(connection);
        _statements = new Statements(connection);
        _shapes = new ShapeRows(_statements);
        _queue = new WriteQueue(connection, time, patience, logger);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Why no change can be made any more: a commit found that the ledger was removed or replaced. Null while it is
    /// there.
    /// </summary>
    public LedgerUnavailableException? Loss => _queue.Loss;

    /// <summary>As <see cref="Loss"/>, looked for now.</summary>
    public LedgerUnavailableException? FindLoss() => _queue.FindLoss();

    /// <summary>
    /// From now on a lock that another process holds fails a change at once, also one under way: this process is to
    /// end.
    /// </summary>
    public void StopWaitingForLocks() => _queue.StopWaitingForLocks();

    /// <summary>Takes no more changes, and waits for those under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        _revisions.Dispose();
        _epochs.Dispose();
        _statements.Dispose();
    }

    /// <summary>
    /// Records a sweep's revision with its trials in one transaction: a new revision when the trials, their order, the
    /// table or the limits differ from the latest one. The sweep is active from now on. Trials that the ledger has keep
    /// their state; withdrawn ones wait again,
    /// and waiting ones that no active sweep wants any more are withdrawn.
    /// </summary>
    public Task<RecordedRevision> RecordRevisionAsync(SweepSubmission submission) =>
        WriteAsync(() => _revisions.Record(submission, Now));

    /// <summary>
    /// A waiting trial gets its next attempt, on a node's slot, with the <c>traceparent</c> of its span, if it has one.
    /// False when the trial does not wait, or this is not its next attempt.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="node">The node.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="traceParent">The span's <c>traceparent</c>.</param>
    /// <param name="gpu">The GPU that the slot is of; null: a CPU slot.</param>
    public Task<bool> StartAttemptAsync(
        AttemptId attempt, NodeName node, int slot, string? traceParent = null, AttemptGpu? gpu = null) =>
        WriteAsync(() =>
    {
        var isApplied = _statements[
            """
            UPDATE trials SET state = 'running', attempt = attempt + 1, not_before = NULL, reason = NULL
            WHERE key = ? AND state = 'waiting' AND attempt = ?
            """].With(attempt.Trial.Hex).With(attempt.Attempt - 1).Run() == 1;
        if (!isApplied) return false;
        _statements[
            """
            INSERT INTO attempts (trial, attempt, node, slot, started_at, trace_parent, gpu, gpu_model)
                SELECT id, attempt, ?, ?, ?, ?, ?, ? FROM trials WHERE key = ?
            """].With(node.Value).With(slot).With(Now).With(traceParent).With(gpu?.Uuid).With(gpu?.Model)
            .With(attempt.Trial.Hex).Run();
        return true;
    });

    /// <summary>
    /// Records what the current attempt wrote. Events up to its last recorded sequence are passed over, so repeating
    /// changes nothing; false when the attempt is not the running one.
    /// </summary>
    public Task<bool> RecordEventsAsync(AttemptId attempt, IReadOnlyList<TrainerEvent> events)
    {
        var layers = events.Select(static news => news is EpochCompleted trained
            ? EpochLayers.Write(trained.Epoch.Layers) : []).ToList();
        return WriteAsync(() =>
        {
            if (FindRunning(attempt) is not var (id, recorded)) return false;
            var last = recorded;
            foreach (var (i, news) in events.Index())
            {
                if (news.Sequence <= last) continue;
                RecordEvent(id, attempt.Attempt, news, layers[i]);
                last = news.Sequence;
            }

            if (last > recorded)
                _statements["UPDATE attempts SET last_sequence = ? WHERE trial = ? AND attempt = ?"].With(last).With(id)
                    .With(attempt.Attempt).Run();
            return true;
        });
    }

    /// <summary>
    /// Commits the running attempt's result: its epochs replace the provisional ones and the trial is finished.
    /// Committing the same result again changes nothing and is true; false when the attempt is not the running one.
    /// Throws <see cref="BadInputException"/> when it is not a
    /// result of that trial.
    /// </summary>
    public Task<bool> CommitResultAsync(AttemptId attempt, TrialResult result)
    {
        if (result.WhyNotOf(attempt.Trial) is { } why)
            throw new BadInputException($"not a result of trial {attempt.Trial.Short}: {why}");
        var sha256 = ResultDigest.Of(result);
        var layers = result.Epochs.Select(static epoch => EpochLayers.Write(epoch.Layers)).ToList();
        return WriteAsync(() =>
        {
            if (FindRunning(attempt) is not var (id, _)) return IsCommitted(attempt, sha256);
            _epochs.Replace(id, attempt.Attempt, result, layers);
            _statements["UPDATE trials SET state = 'finished', reason = NULL, not_before = NULL WHERE id = ?"]
                .With(id).Run();
            _statements["UPDATE attempts SET ending = 'completed', ended_at = ? WHERE trial = ? AND attempt = ?"]
                .With(Now).With(id).With(attempt.Attempt).Run();
            _statements[
                """
                INSERT INTO results (trial, attempt, sha256, form, "constraint", best_epoch, last_epoch, committed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """].With(id).With(attempt.Attempt).With(sha256).With(TrialResult.Form).With(EnumWords.Of(result.Constraint)).With(result.BestEpoch).With(result.Last.Epoch)
                .With(Now).Run();
            return true;
        });
    }

    /// <summary>
    /// Records how much GPU memory a trial of a shape was measured to take on a model of GPU, unless more is known
    /// already. Repeating it changes nothing.
    /// </summary>
    public Task<bool> RecordPeakAsync(ShapePeak measured) => WriteAsync(() => _shapes.NotePeak(measured));

    /// <summary>
    /// Ends the running attempt without a result; the trial has failed or waits again, or is withdrawn when it would
    /// wait but no active sweep wants it. When it ran out of memory on a GPU, trials of its shape are expected to take
    /// more there from now
    /// on. False when the attempt is not the running one.
    /// </summary>
    public Task<bool> EndAttemptAsync(AttemptId attempt, AttemptConclusion end)
    {
        if (end.Ending == AttemptEnding.Completed || end.Next is TrialState.Running or TrialState.Finished)
            throw new ArgumentException(
                $"an attempt without a result cannot end as {end.Ending} with the trial {end.Next}", nameof(end));
        return WriteAsync(() =>
        {
            if (FindRunning(attempt) is not var (id, _)) return false;
            _connection.Execute(
                """
                UPDATE attempts SET ending = @ending, ended_at = @now, reason = @Reason, exit_code = @ExitCode,
                    stderr_tail = @StderrTail,
                    counts = @Counts
                    WHERE trial = @id AND attempt = @attempt;
                UPDATE trials
                    SET state = iif(@next = 'waiting' AND NOT EXISTS (SELECT 1 FROM live_trials
                    WHERE trial = @id), 'withdrawn', @next),
                        reason = @Reason, failures = failures + @Counts, not_before = @notBefore
                    WHERE id = @id;
                """,
                new
                {
                    id,
                    attempt = attempt.Attempt,
                    ending = EnumWords.Of(end.Ending),
                    now = Now,
                    end.Reason,
                    end.ExitCode,
                    end.StderrTail,
                    end.Counts,
                    next = EnumWords.Of(end.Next),
                    notBefore = end.Next == TrialState.Waiting ? end.NotBefore?.ToUnixTimeMilliseconds() : null,
                });
            if (end is { Ending: AttemptEnding.OutOfMemory, MemoryMiB: { } memory })
                _shapes.Raise(id, attempt.Attempt, memory);
            return true;
        });
    }

    /// <summary>
    /// Changes what is wanted of a sweep. In the same transaction, waiting trials that no active sweep wants any more
    /// are withdrawn, and withdrawn ones that one wants again wait. Null when there is no such sweep.
    /// </summary>
    public Task<DesiredStateChange?> SetDesiredStateAsync(string sweep, DesiredState wish) =>
        WriteAsync(() => _revisions.SetDesiredState(sweep, wish));

    /// <summary>
    /// Changes a sweep's priority, until a revision brings another. Gives the one before; null when there is no such
    /// sweep.
    /// </summary>
    public Task<int?> SetPriorityAsync(string sweep, int priority) =>
        WriteAsync(() => _revisions.SetPriority(sweep, priority));

    /// <summary>
    /// The failed trials of a sweep's latest revision wait again, with a fresh count of failures. Gives how many; null
    /// when there is no such sweep.
    /// </summary>
    public Task<int?> RetryFailedAsync(string sweep) => WriteAsync(() => _revisions.RetryFailed(sweep));

    internal Task<T> WriteAsync<T>(Func<T> write) => _queue.EnqueueAsync(write);

    private void RecordEvent(long trial, int attempt, TrainerEvent news, byte[] layers)
    {
        switch (news)
        {
            case TrialPreparing preparing:
                _statements["UPDATE attempts SET doing = ? WHERE trial = ? AND attempt = ?"].With(preparing.Doing)
                    .With(trial).With(attempt).Run();
                break;
            case ResumeChecked check:
                _statements[
                    """
                    INSERT INTO preflights (key, device_class, spec, is_exact, detail, recorded_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (key, device_class) DO UPDATE SET is_exact = excluded.is_exact,
                        detail = excluded.detail, recorded_at = excluded.recorded_at
                        WHERE is_exact <> excluded.is_exact OR detail <> excluded.detail
                    """].With(check.Preflight.Hex).With(check.DeviceClass).With(JsonSerializer.Serialize(check.Spec, SbnnJson.Options)).With(check.IsExact ? 1 : 0)
                    .With(check.Detail).With(Now).Run();
                _statements["UPDATE attempts SET preflight = ? WHERE trial = ? AND attempt = ?"]
                    .With(check.Preflight.Hex).With(trial).With(attempt).Run();
                break;
            case TrialStarted started:
                // Epochs that the checkpoint does not hold will be trained again: cut the display back to it.
                _epochs.CutAfter(trial, started.ResumedAtEpoch ?? 0);
                _statements["UPDATE attempts SET doing = NULL, device_class = ?, resumed_at_epoch = ?, started_afresh "
                    + "= ? WHERE trial = ? AND attempt = ?"]
                    .With(started.DeviceClass).With(started.ResumedAtEpoch).With(started.StartedAfreshBecause)
                        .With(trial).With(attempt).Run();
                if (started.Trainer is { } trainer) RecordTrainer(trial, attempt, trainer);
                _statements["UPDATE trials SET classes = coalesce(?, classes) WHERE id = ?"].With(started.Classes)
                    .With(trial).Run();
                break;
            case EpochCompleted trained:
                _epochs.PutProvisional(trial, attempt, trained, layers);
                _shapes.NotePace(trial, attempt, trained.ImagesPerSecond);
                if (trained.PeakMemoryMiB is { } peak)
                {
                    _statements[
                        """
                        UPDATE attempts SET peak_mib = ?1
                        WHERE trial = ?2 AND attempt = ?3 AND (peak_mib IS NULL OR peak_mib < ?1)
                        """].With(peak).With(trial).With(attempt).Run();
                }

                break;
            case CheckpointWritten written:
                _statements["UPDATE attempts SET checkpoint_epoch = ?, checkpoint_step = ? WHERE trial = ? AND attempt "
                    + "= ?"]
                    .With(written.Epoch).With(written.Step).With(trial).With(attempt).Run();
                break;
        }
    }

    private void RecordTrainer(long trial, int attempt, TrainerFacts trainer) => _statements[
        """
        UPDATE attempts SET trainer_version = ?, torchsharp = ?, libtorch = ?, dotnet = ?, os = ?, kernel = ?,
            memory_mib = ?
        WHERE trial = ? AND attempt = ?
        """].With(trainer.Version).With(trainer.TorchSharp).With(trainer.Libtorch).With(trainer.DotNet)
        .With(trainer.Os).With(trainer.Kernel).With(trainer.MemoryMiB).With(trial).With(attempt).Run();

    private (long Id, long LastSequence)? FindRunning(AttemptId attempt)
    {
        var isFound = _statements[
            """
            SELECT t.id, a.last_sequence FROM trials t JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
            WHERE t.key = ? AND t.attempt = ? AND t.state = 'running'
            """].With(attempt.Trial.Hex).With(attempt.Attempt).TryRead(static row => (row.Whole(0), row.Whole(1)), out var found);
        return isFound ? found : null;
    }

    private bool IsCommitted(AttemptId attempt, string sha256) => _connection.QuerySingle<bool>(
        """
        SELECT EXISTS (SELECT 1 FROM results r JOIN trials t ON t.id = r.trial
                       WHERE t.key = @Hex AND r.attempt = @Attempt AND r.sha256 = @sha256)
        """,
        new { attempt.Trial.Hex, attempt.Attempt, sha256 });
}
