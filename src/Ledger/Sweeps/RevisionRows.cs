using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>
/// Writes a sweep's revision with its trials (up to 100,000 in one transaction) and its desired state. A waiting trial
/// that no active sweep needs is withdrawn; a running one is stopped by its node.
/// </summary>
internal sealed class RevisionRows(SqliteConnection connection) : IDisposable
{
    /// <summary>
    /// The name of the column with a sweep's desired state. Version 2 of the ledger introduced the name, and a released
    /// migration never changes.
    /// </summary>
    internal const string DesiredStateColumn = "wish"; // frozen word

    // Trials with equal keys can name different folders of the same images; the latest folder is used.
    private readonly Statement _putTrial = new(
        connection,
        """
        INSERT INTO trials (key, spec, shape) VALUES (?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET spec = excluded.spec, state = iif(state = 'withdrawn', 'waiting', state)
            WHERE spec <> excluded.spec OR state = 'withdrawn'
        """);

    private readonly Statement _putRevisionTrial = new(
        connection,
        """
        INSERT INTO revision_trials (sweep, revision, ordinal, trial) SELECT ?, ?, ?, id FROM trials WHERE key = ?
        """);

    /// <summary>Records the submission as the sweep's next revision, unless it equals the latest.</summary>
    public RecordedRevision Record(SweepSubmission submission, long now)
    {
        var digest = DigestOf(submission);
        var latest = connection.QuerySingleOrDefault<(int Revision, string Digest, DesiredState DesiredState)>(
            $"""
            SELECT r.revision, r.digest, s.{DesiredStateColumn} FROM sweeps s JOIN revisions r ON r.sweep = s.name
                AND r.revision = s.revision
            WHERE s.name = @Name
            """,
            new { submission.Name });
        var revision = latest.Digest == digest ? latest.Revision : latest.Revision + 1;
        PutRevision(submission, revision, digest, now);

        var known = CountTrials();
        for (var ordinal = 0; ordinal < submission.Trials.Count; ordinal++)
        {
            var trial = submission.Trials[ordinal];
            _putTrial.With(trial.Key.Hex).With(JsonSerializer.Serialize(trial.Spec, SbnnJson.Options))
                .With(TrialShape.Of(trial.Spec).Text).Run();
            if (revision > latest.Revision)
                _putRevisionTrial.With(submission.Name).With(revision).With(ordinal).With(trial.Key.Hex).Run();
        }

        var added = CountTrials() - known;
        var withdrawn = WithdrawUnneeded(submission.Name, latest.Revision);
        var stopping = CountUnneededRunning(submission.Name, latest.Revision);
        return new RecordedRevision(
            revision, added, Count(submission.Name), withdrawn, stopping,
            latest.Revision > 0 ? latest.DesiredState : null);
    }

    /// <summary>Changes a sweep's desired state; null when there is no such sweep.</summary>
    public DesiredStateChange? SetDesiredState(string sweep, DesiredState desired)
    {
        var (before, revision) =
            connection.QuerySingleOrDefault<(DesiredState, int)>(
                $"SELECT {DesiredStateColumn}, revision FROM sweeps WHERE name = @sweep", new { sweep });
        if (revision == 0) return null;
        connection.Execute($"UPDATE sweeps SET {DesiredStateColumn} = @word WHERE name = @sweep",
            new { sweep, word = EnumWords.Of(desired) });
        var withdrawn = WithdrawUnneeded(sweep, revision);
        var requeued = connection.Execute(
            """
            UPDATE trials SET state = 'waiting', reason = NULL
            WHERE state = 'withdrawn' AND id IN (SELECT trial FROM live_trials WHERE sweep = @sweep)
            """,
            new { sweep });
        return new DesiredStateChange(before, desired, withdrawn, CountUnneededRunning(sweep, revision), requeued,
            Count(sweep).Finished);
    }

    /// <summary>
    /// Changes a sweep's priority until its next revision; returns the previous priority, or null when there is no such
    /// sweep.
    /// </summary>
    public int? SetPriority(string sweep, int priority)
    {
        var before = connection.QuerySingleOrDefault<int?>("SELECT priority FROM sweeps WHERE name = @sweep",
            new { sweep });
        connection.Execute("UPDATE sweeps SET priority = @priority WHERE name = @sweep", new { sweep, priority });
        return before;
    }

    /// <summary>
    /// Makes the failed trials of a sweep wait again, with their failures counted from zero. Those that no active sweep
    /// needs are withdrawn instead. Returns the number of these trials, or null when there is no such sweep.
    /// </summary>
    public int? RetryFailed(string sweep)
    {
        if (connection.QuerySingleOrDefault<int?>("SELECT revision FROM sweeps WHERE name = @sweep", new { sweep })
            is not { } revision)
            return null;
        var retried = connection.Execute(
            """
            UPDATE trials
            SET state = iif(EXISTS (SELECT 1 FROM live_trials WHERE trial = trials.id), 'waiting', 'withdrawn'),
                failures = 0, not_before = NULL, reason = NULL
            WHERE state = 'failed' AND id IN (SELECT trial FROM revision_trials
            WHERE sweep = @sweep AND revision = @revision)
            """,
            new { sweep, revision });
        if (retried > 0) HookQueries.Forget(connection, sweep, revision);
        return retried;
    }

    /// <summary>Records how the call of a hook ended.</summary>
    public int RecordHook(DueHook due, HookOutcome outcome, long now) =>
        HookQueries.Record(connection, due, outcome, now);

    public void Dispose()
    {
        _putTrial.Dispose();
        _putRevisionTrial.Dispose();
    }

    /// <summary>
    /// The digest of what makes a revision: trials, their order, table and limits. The spec's text is not part of it,
    /// so a changed comment does not make a new revision.
    /// </summary>
    public static string DigestOf(SweepSubmission submission)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var trial in submission.Trials) hash.AppendData(Encoding.UTF8.GetBytes(trial.Key.Hex));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(submission.Table, SbnnJson.Options));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(submission.Run, SbnnJson.Options));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void PutRevision(SweepSubmission submission, int revision, string digest, long now) => connection.Execute(
        $"""
        INSERT INTO sweeps (name, revision, created_at, priority) VALUES (@Name, @revision, @now, @Priority)
            ON CONFLICT (name) DO UPDATE SET
                {DesiredStateColumn} = 'active', priority = iif(revision = excluded.revision, priority,
                    excluded.priority),
                    revision = excluded.revision;
        INSERT INTO revisions (sweep, revision, spec_text, table_spec, run_spec, digest, recorded_at, trace_parent)
            VALUES (@Name, @revision, @SpecText, @table, @run, @digest, @now, @TraceParent)
            ON CONFLICT (sweep, revision) DO UPDATE SET
                spec_text = excluded.spec_text, trace_parent = coalesce(trace_parent, excluded.trace_parent);
        """,
        new
        {
            submission.Name,
            revision,
            submission.SpecText,
            submission.TraceParent,
            submission.Run.Priority,
            digest,
            now,
            table = JsonSerializer.Serialize(submission.Table, SbnnJson.Options),
            run = JsonSerializer.Serialize(submission.Run, SbnnJson.Options),
        });

    private int WithdrawUnneeded(string sweep, int revision) => connection.Execute(
        """
        UPDATE trials SET state = 'withdrawn', not_before = NULL
        WHERE state = 'waiting'
          AND id IN (SELECT trial FROM revision_trials WHERE sweep = @sweep AND revision = @revision)
          AND NOT EXISTS (SELECT 1 FROM live_trials WHERE trial = trials.id)
        """,
        new { sweep, revision });

    private int CountUnneededRunning(string sweep, int revision) => connection.QuerySingle<int>(
        """
        SELECT count(*) FROM revision_trials rt JOIN trials t ON t.id = rt.trial
        WHERE rt.sweep = @sweep AND rt.revision = @revision AND t.state = 'running'
          AND NOT EXISTS (SELECT 1 FROM live_trials WHERE trial = t.id)
        """,
        new { sweep, revision });

    private int CountTrials() => connection.QuerySingle<int>("SELECT count(*) FROM trials");

    private TrialCounts Count(string sweep) => SummaryQueries.Find(connection, sweep)!.Counts;
}
