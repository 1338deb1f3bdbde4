using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// Every change of state there is. Each is compare-and-set on what it expects (attempt, state) and says whether it applied; a task that
/// completes means that the change is durable. Throws <see cref="LedgerUnavailableException"/> when nothing could be written.
/// </summary>
public sealed class LedgerWriter : IAsyncDisposable
{
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly WriteQueue _queue;
    private readonly ResultRows _results;

    internal LedgerWriter(SqliteConnection connection, TimeProvider time)
    {
        (_connection, _time) = (connection, time);
        _results = new ResultRows(connection);
        _queue = new WriteQueue(connection, time);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        _results.Dispose();
    }

    /// <summary>
    /// Records a sweep's revision with its trials in one transaction: a new revision when the trials, their order, the table or the limits
    /// differ from the latest one. Trials that the ledger has keep their state; withdrawn ones wait again.
    /// </summary>
    public Task<RecordedRevision> RecordRevisionAsync(SweepSubmission submission) => _queue.EnqueueAsync(() =>
    {
        var table = JsonSerializer.Serialize(submission.Table, SbnnJson.Options);
        var run = JsonSerializer.Serialize(submission.Run, SbnnJson.Options);
        var digest = DigestOf(submission);
        var latest = _connection.QuerySingleOrDefault<(int Revision, string Digest)>(
            """
            SELECT r.revision, r.digest FROM sweeps s JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision WHERE s.name = @Name
            """,
            new { submission.Name });
        if (latest.Digest == digest) return new RecordedRevision(latest.Revision, 0);

        var revision = latest.Revision + 1;
        _connection.Execute(
            """
            INSERT INTO sweeps (name, revision, created_at) VALUES (@Name, @revision, @now)
                ON CONFLICT (name) DO UPDATE SET revision = excluded.revision;
            INSERT INTO revisions (sweep, revision, spec_text, table_spec, run_spec, digest, recorded_at)
                VALUES (@Name, @revision, @SpecText, @table, @run, @digest, @now);
            """,
            new { submission.Name, revision, submission.SpecText, table, run, digest, now = Now });
        var added = submission.Trials.Select((trial, ordinal) => RecordTrial(submission.Name, revision, ordinal, trial.Key, trial.Spec)).Sum();
        return new RecordedRevision(revision, added);
    });

    /// <summary>A waiting trial gets its next attempt, on a node's slot. Null when it does not wait, or its attempts are not as expected.</summary>
    public Task<int?> StartAttemptAsync(TrialKey trial, int expectedAttempt, string node, int slot) => _queue.EnqueueAsync<int?>(() =>
    {
        var applied = _connection.Execute(
            """
            UPDATE trials SET state = 'running', attempt = attempt + 1, not_before = NULL, reason = NULL
            WHERE key = @Hex AND state = 'waiting' AND attempt = @expectedAttempt
            """,
            new { trial.Hex, expectedAttempt }) == 1;
        if (!applied) return null;
        _connection.Execute(
            """
            INSERT INTO attempts (trial, attempt, node, slot, started_at)
            SELECT id, attempt, @node, @slot, @now FROM trials WHERE key = @Hex
            """,
            new { trial.Hex, node, slot, now = Now });
        return expectedAttempt + 1;
    });

    /// <summary>
    /// Records what the current attempt wrote. Events up to its last recorded sequence are passed over, so repeating changes nothing; false
    /// when the attempt is not the running one.
    /// </summary>
    public Task<bool> RecordEventsAsync(TrialKey trial, int attempt, IReadOnlyList<TrainerEvent> events) => _queue.EnqueueAsync(() =>
    {
        var (id, last) = _connection.QuerySingleOrDefault<(long, long)>(
            """
            SELECT t.id, a.last_sequence FROM trials t JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
            WHERE t.key = @Hex AND t.attempt = @attempt AND t.state = 'running'
            """,
            new { trial.Hex, attempt });
        if (id == 0) return false;
        foreach (var news in events.Where(e => e.Sequence > last)) RecordEvent(id, attempt, news);
        return true;
    });

    /// <summary>
    /// Commits the running attempt's result: its epochs replace the provisional ones and the trial is finished. False when the attempt is
    /// not the running one.
    /// </summary>
    public Task<bool> CommitResultAsync(TrialKey trial, int attempt, TrialResult result) => _queue.EnqueueAsync(() =>
    {
        if (FindRunning(trial, attempt) is not { } id) return false;
        _results.Replace(id, attempt, result);
        _connection.Execute(
            """
            UPDATE trials SET state = 'finished', reason = NULL, not_before = NULL WHERE id = @id;
            UPDATE attempts SET ending = 'completed', ended_at = @now WHERE trial = @id AND attempt = @attempt;
            INSERT INTO results (trial, attempt, "constraint", best_epoch, last_epoch, committed_at)
                VALUES (@id, @attempt, @constraint, @BestEpoch, @lastEpoch, @now);
            """,
            new { id, attempt, constraint = Knobs.WordOf(result.Constraint), result.BestEpoch, lastEpoch = result.Last.Epoch, now = Now });
        return true;
    });

    /// <summary>Ends the running attempt without a result; the trial waits again, or has failed. False when the attempt is not the running one.</summary>
    public Task<bool> EndAttemptAsync(TrialKey trial, int attempt, AttemptConclusion end) => _queue.EnqueueAsync(() =>
    {
        if (FindRunning(trial, attempt) is not { } id) return false;
        _connection.Execute(
            """
            UPDATE attempts SET ending = @ending, ended_at = @now, reason = @Reason, exit_code = @ExitCode, stderr_tail = @StderrTail
                WHERE trial = @id AND attempt = @attempt;
            UPDATE trials SET state = @next, reason = @Reason, failures = failures + @counted, not_before = @notBefore WHERE id = @id;
            """,
            new
            {
                id, attempt, ending = Knobs.WordOf(end.Ending), now = Now, end.Reason, end.ExitCode, end.StderrTail,
                next = Knobs.WordOf(end.Next), counted = end.Counts ? 1 : 0, notBefore = end.NotBefore?.ToUnixTimeMilliseconds(),
            });
        return true;
    });

    /// <summary>The failed trials of a sweep's latest revision wait again, with a fresh count of failures. Gives how many.</summary>
    public Task<int> RetryFailedAsync(string sweep) => _queue.EnqueueAsync(() => _connection.Execute(
        """
        UPDATE trials SET state = 'waiting', failures = 0, not_before = NULL, reason = NULL
        WHERE state = 'failed' AND id IN (
            SELECT rt.trial FROM revision_trials rt JOIN sweeps s ON s.name = rt.sweep AND s.revision = rt.revision WHERE s.name = @sweep)
        """,
        new { sweep }));

    /// <summary>Notes a node and its slots.</summary>
    public Task RecordNodeAsync(string name, int slots) => _queue.EnqueueAsync(() => _connection.Execute(
        """
        INSERT INTO nodes (name, slots, joined_at) VALUES (@name, @slots, @now)
            ON CONFLICT (name) DO UPDATE SET slots = excluded.slots, joined_at = excluded.joined_at
        """,
        new { name, slots, now = Now }));

    private int RecordTrial(string sweep, int revision, int ordinal, TrialKey key, TrialSpec spec)
    {
        var added = _connection.Execute(
            "INSERT INTO trials (key, spec, state) VALUES (@Hex, @spec, 'waiting') ON CONFLICT (key) DO NOTHING",
            new { key.Hex, spec = JsonSerializer.Serialize(spec, SbnnJson.Options) });
        _connection.Execute(
            """
            UPDATE trials SET state = 'waiting' WHERE key = @Hex AND state = 'withdrawn';
            INSERT INTO revision_trials (sweep, revision, ordinal, trial) SELECT @sweep, @revision, @ordinal, id FROM trials WHERE key = @Hex;
            """,
            new { sweep, revision, ordinal, key.Hex });
        return added;
    }

    private void RecordEvent(long trial, int attempt, TrainerEvent news)
    {
        switch (news)
        {
            case TrialStarted started:
                // Epochs that the checkpoint does not hold will be trained again: cut the display back to it.
                _connection.Execute(
                    """
                    DELETE FROM epochs WHERE trial = @trial AND epoch > @kept;
                    UPDATE attempts SET device_class = @DeviceClass, resumed_at_epoch = @ResumedAtEpoch, started_afresh = @StartedAfreshBecause
                        WHERE trial = @trial AND attempt = @attempt;
                    """,
                    new { trial, attempt, kept = started.ResumedAtEpoch ?? 0, started.DeviceClass, started.ResumedAtEpoch, started.StartedAfreshBecause });
                break;
            case EpochTrained trained:
                _results.PutEpoch(trial, attempt, trained.Sequence, trained.Epoch, trained.Seconds);
                break;
            case CheckpointWritten written:
                _connection.Execute(
                    "UPDATE attempts SET checkpoint_epoch = @Epoch, checkpoint_step = @Step WHERE trial = @trial AND attempt = @attempt",
                    new { trial, attempt, written.Epoch, written.Step });
                break;
        }

        _connection.Execute(
            "UPDATE attempts SET last_sequence = @Sequence WHERE trial = @trial AND attempt = @attempt",
            new { trial, attempt, news.Sequence });
    }

    private long? FindRunning(TrialKey trial, int attempt) => _connection.QuerySingleOrDefault<long?>(
        "SELECT id FROM trials WHERE key = @Hex AND attempt = @attempt AND state = 'running'", new { trial.Hex, attempt });

    // The text of the spec is not part of it: a changed comment is no new revision.
    internal static string DigestOf(SweepSubmission submission)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in submission.Trials.Select(static trial => trial.Key.Hex)
                     .Append(JsonSerializer.Serialize(submission.Table, SbnnJson.Options))
                     .Append(JsonSerializer.Serialize(submission.Run, SbnnJson.Options)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part + "\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
