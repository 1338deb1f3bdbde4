using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// Makes all changes to the ledger. Each change of an attempt is a compare-and-set on the expected attempt and state,
/// and returns whether it applied. When a task completes, its change is durable. Throws <see
/// cref="LedgerUnavailableException"/> when nothing could be written.
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

    internal LedgerWriter(SqliteConnection connection, TimeProvider time, TimeSpan lockTimeout, ILogger logger)
    {
        (_connection, _time) = (connection, time);
        _revisions = new RevisionRows(connection);
        _epochs = new EpochRows(connection);
        _statements = new Statements(connection);
        _shapes = new ShapeRows(_statements);
        _queue = new WriteQueue(connection, time, lockTimeout, logger);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Why changes are no longer possible: a commit found that the ledger was removed or replaced. Null otherwise.
    /// </summary>
    public LedgerUnavailableException? Loss => _queue.Loss;

    /// <summary>The same as <see cref="Loss"/>, but looks at the file now.</summary>
    public LedgerUnavailableException? FindLoss() => _queue.FindLoss();

    /// <summary>
    /// From now on a change fails immediately when another process holds the ledger's lock, including a change in
    /// progress. Called when this process must end.
    /// </summary>
    public void StopWaitingForLocks() => _queue.StopWaitingForLocks();

    /// <summary>Accepts no more changes, and waits for those in progress.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        _revisions.Dispose();
        _epochs.Dispose();
        _statements.Dispose();
    }

    /// <summary>
    /// Records a sweep's revision with its trials in one transaction: a new revision when the trials, their order, the
    /// table or the limits differ from the latest one. The sweep is active from now on. Trials that the ledger already
    /// has keep their state, except that withdrawn trials wait again, and waiting trials that no active sweep needs are
    /// withdrawn.
    /// </summary>
    public Task<RecordedRevision> RecordRevisionAsync(SweepSubmission submission) =>
        WriteAsync(() => _revisions.Record(submission, Now));

    /// <summary>
    /// Starts a waiting trial's next attempt on a node's slot. False when the trial does not wait, or the attempt is
    /// not its next one.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="node">The node.</param>
    /// <param name="slot">The number of the node's slot, from 0.</param>
    /// <param name="traceParent">The <c>traceparent</c> of the attempt's span; null without tracing.</param>
    /// <param name="gpu">The GPU of the slot; null: a CPU slot.</param>
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
    /// Records the events that the running attempt wrote. Events up to its last recorded sequence number are skipped,
    /// so repeating a call changes nothing. False when the attempt is not the running one.
    /// </summary>
    public Task<bool> RecordEventsAsync(AttemptId attempt, IReadOnlyList<TrainerEvent> events)
    {
        var layers = events.Select(static item => item is EpochCompleted trained
            ? EpochLayers.Write(trained.Epoch.Layers) : []).ToList();
        return WriteAsync(() =>
        {
            if (FindRunning(attempt) is not var (id, recorded)) return false;
            var last = recorded;
            foreach (var (i, item) in events.Index())
            {
                if (item.Sequence <= last) continue;
                RecordEvent(id, attempt.Attempt, item, layers[i]);
                last = item.Sequence;
            }

            if (last > recorded)
                _statements["UPDATE attempts SET last_sequence = ? WHERE trial = ? AND attempt = ?"].With(last).With(id)
                    .With(attempt.Attempt).Run();
            return true;
        });
    }

    /// <summary>
    /// Commits the running attempt's result: its epochs replace the provisional ones and the trial is finished.
    /// Committing the same result again changes nothing and returns true. False when the attempt is not the running
    /// one. Throws <see cref="BadInputException"/> when the result belongs to another trial.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="result">The attempt's result.</param>
    /// <param name="weights">The digests of the weights that the attempt wrote; null when they were not kept.</param>
    public Task<bool> CommitResultAsync(AttemptId attempt, TrialResult result, KeptWeights? weights = null)
    {
        if (result.WhyNotOf(attempt.Trial) is { } why)
            throw new BadInputException($"result: not a result of trial {attempt.Trial.Short}: {why}");
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
                INSERT INTO results (trial, attempt, sha256, form, "constraint", best_epoch, last_epoch, committed_at,
                    best_weights, last_weights)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """].With(id).With(attempt.Attempt).With(sha256).With(TrialResult.Form)
                .With(EnumWords.Of(result.Constraint)).With(result.BestEpoch).With(result.Last.Epoch).With(Now)
                .With(weights?.Best).With(weights?.Last).Run();
            return true;
        });
    }

    /// <summary>
    /// Records the measured peak GPU memory of a trial shape on a GPU model, unless a larger value is recorded.
    /// Repeating a call changes nothing.
    /// </summary>
    public Task<bool> RecordPeakAsync(ShapePeak measured) => WriteAsync(() => _shapes.RecordPeak(measured));

    /// <summary>
    /// Ends the running attempt without a result. The trial fails or waits again, or is withdrawn when it would wait
    /// but no active sweep needs it. When the attempt ran out of memory on a GPU, the expected memory of its shape on
    /// that GPU model increases. False when the attempt is not the running one.
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
    /// Changes a sweep's desired state. In the same transaction, waiting trials that no active sweep needs are
    /// withdrawn, and withdrawn trials that an active sweep needs wait again. Null when there is no such sweep.
    /// </summary>
    public Task<DesiredStateChange?> SetDesiredStateAsync(string sweep, DesiredState desired) =>
        WriteAsync(() => _revisions.SetDesiredState(sweep, desired));

    /// <summary>
    /// Changes a sweep's priority until a new revision sets it. Returns the previous priority; null when there is no
    /// such sweep.
    /// </summary>
    public Task<int?> SetPriorityAsync(string sweep, int priority) =>
        WriteAsync(() => _revisions.SetPriority(sweep, priority));

    /// <summary>
    /// The failed trials of a sweep's latest revision wait again, with their failures counted from zero. Those that no
    /// active sweep needs are withdrawn instead. Returns the number of these trials; null when there is no such sweep.
    /// </summary>
    public Task<int?> RetryFailedAsync(string sweep) => WriteAsync(() => _revisions.RetryFailed(sweep));

    /// <summary>Records how the call of a hook ended.</summary>
    public Task RecordHookAsync(DueHook due, HookOutcome outcome) =>
        WriteAsync(() => _revisions.RecordHook(due, outcome, Now));

    internal Task<T> WriteAsync<T>(Func<T> write) => _queue.EnqueueAsync(write);

    private void RecordEvent(long trial, int attempt, TrainerEvent item, byte[] layers)
    {
        switch (item)
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
                    """].With(check.Preflight.Hex).With(check.DeviceClass)
                    .With(JsonSerializer.Serialize(check.Spec, SbnnJson.Options)).With(check.IsExact ? 1 : 0)
                    .With(check.Detail).With(Now).Run();
                _statements["UPDATE attempts SET preflight = ? WHERE trial = ? AND attempt = ?"]
                    .With(check.Preflight.Hex).With(trial).With(attempt).Run();
                break;
            case TrialStarted started:
                // Epochs after the checkpoint will be trained again, so their rows are deleted.
                _epochs.DeleteAfter(trial, started.ResumedAtEpoch ?? 0);
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
                _shapes.RecordPace(trial, attempt, trained.ImagesPerSecond);
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
            """].With(attempt.Trial.Hex).With(attempt.Attempt)
            .TryRead(static row => (row.Integer(0), row.Integer(1)), out var found);
        return isFound ? found : null;
    }

    private bool IsCommitted(AttemptId attempt, string sha256) => _connection.QuerySingle<bool>(
        """
        SELECT EXISTS (SELECT 1 FROM results r JOIN trials t ON t.id = r.trial
                       WHERE t.key = @Hex AND r.attempt = @Attempt AND r.sha256 = @sha256)
        """,
        new { attempt.Trial.Hex, attempt.Attempt, sha256 });
}
