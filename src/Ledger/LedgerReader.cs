using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger;

/// <summary>Reads beside the writer, each call on a pooled read-only connection of its own: a viewer can neither block nor harm a sweep.</summary>
public sealed class LedgerReader : IDisposable
{
    // A trial belongs to the sweeps whose latest revision names it; the one with the highest priority runs it.
    private const string Wanted =
        """
        WITH wanted AS (
            SELECT rt.trial, s.name AS sweep, rt.ordinal, r.run_spec, json_extract(r.run_spec, '$.priority') AS priority,
                   row_number() OVER (PARTITION BY rt.trial ORDER BY json_extract(r.run_spec, '$.priority') DESC, s.name) AS rank
            FROM sweeps s
            JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision
            JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
        )
        """;

    private readonly string _connectionString;

    /// <summary>Reads a ledger that exists.</summary>
    public LedgerReader(string path) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadOnly,
        DefaultTimeout = 5,
    }.ToString();

    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>The trials that want a slot.</summary>
    public async Task<IReadOnlyList<ScheduledTrial>> ReadWaitingAsync()
    {
        await using var connection = await OpenAsync();
        var rows = await connection.QueryAsync<ScheduledColumns>(
            Wanted + """

            SELECT t.key, w.sweep, w.priority, w.ordinal, t.not_before AS notBefore
            FROM trials t JOIN wanted w ON w.trial = t.id AND w.rank = 1 WHERE t.state = 'waiting'
            """);
        return [.. rows.Select(static row => row.ToTrial())];
    }

    /// <summary>The trials that hold a slot, with their current attempts.</summary>
    public async Task<IReadOnlyList<RunningTrial>> ReadRunningAsync()
    {
        await using var connection = await OpenAsync();
        var rows = await connection.QueryAsync<RunningColumns>(
            Wanted + """

            SELECT t.key, coalesce(w.sweep, '') AS sweep, coalesce(w.priority, 0) AS priority, coalesce(w.ordinal, 0) AS ordinal,
                   t.spec, w.run_spec AS run, t.attempt, a.node, a.slot, a.last_sequence AS lastSequence
            FROM trials t JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
            LEFT JOIN wanted w ON w.trial = t.id AND w.rank = 1 WHERE t.state = 'running'
            """);
        return
        [
            .. rows.Select(static row => new RunningTrial
            {
                Trial = row.ToTrial(),
                Spec = FromJson<TrialSpec>(row.Spec),
                Run = row.Run is null ? new RunSpec() : FromJson<RunSpec>(row.Run),
                Attempt = row.Attempt,
                Node = row.Node,
                Slot = row.Slot,
                LastSequence = row.LastSequence,
            }),
        ];
    }

    /// <summary>A trial with its current attempt; null when the ledger does not know it.</summary>
    public async Task<TrialRow?> FindTrialAsync(TrialKey trial)
    {
        await using var connection = await OpenAsync();
        var row = await connection.QuerySingleOrDefaultAsync<TrialColumns>(
            """
            SELECT t.key, t.spec, t.state, t.attempt, t.failures, t.not_before AS notBefore, coalesce(a.last_sequence, 0) AS lastSequence,
                   a.checkpoint_epoch AS checkpointEpoch,
                   (SELECT r.run_spec FROM revision_trials rt
                    JOIN sweeps s ON s.name = rt.sweep AND s.revision = rt.revision
                    JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision
                    WHERE rt.trial = t.id ORDER BY json_extract(r.run_spec, '$.priority') DESC, s.name LIMIT 1) AS run
            FROM trials t LEFT JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt WHERE t.key = @Hex
            """,
            new { trial.Hex });
        return row is null ? null : new TrialRow
        {
            Key = trial,
            Spec = FromJson<TrialSpec>(row.Spec),
            State = StateOf(row.State),
            Attempt = row.Attempt,
            Failures = row.Failures,
            NotBefore = TimeOf(row.NotBefore),
            Run = row.Run is null ? new RunSpec() : FromJson<RunSpec>(row.Run),
            LastSequence = row.LastSequence,
            HasProgressed = row.CheckpointEpoch is not null,
        };
    }

    /// <summary>All sweeps, by name.</summary>
    public async Task<IReadOnlyList<SweepSummary>> ReadSweepsAsync()
    {
        await using var connection = await OpenAsync();
        var rows = await connection.QueryAsync<SummaryColumns>(
            """
            SELECT s.name, s.revision, count(*) AS trials, sum(t.state = 'finished') AS finished, sum(t.state = 'failed') AS failed
            FROM sweeps s
            JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
            JOIN trials t ON t.id = rt.trial
            GROUP BY s.name ORDER BY s.name
            """);
        return [.. rows.Select(static row => new SweepSummary(row.Name, row.Revision, row.Trials, row.Finished, row.Failed))];
    }

    /// <summary>Where the trials of a sweep's latest revision stand; null when there is no such sweep.</summary>
    public async Task<SweepProgress?> FindProgressAsync(string sweep)
    {
        await using var connection = await OpenAsync();
        var revision = await connection.QuerySingleOrDefaultAsync<int?>("SELECT revision FROM sweeps WHERE name = @sweep", new { sweep });
        if (revision is null) return null;
        var rows = await connection.QueryAsync<ProgressColumns>(
            """
            SELECT t.key, t.spec, t.state, t.attempt, t.reason, a.node, coalesce(e.epoch, 0) AS epoch, coalesce(e.correct, 0) AS correct,
                   coalesce(e.total, 0) AS total, coalesce(e.ones, 0) AS ones, coalesce(e.weights, 0) AS weights, e.seconds
            FROM revision_trials rt
            JOIN trials t ON t.id = rt.trial
            LEFT JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
            LEFT JOIN epochs e ON e.trial = t.id AND e.epoch = (SELECT max(epoch) FROM epochs WHERE trial = t.id)
            WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY rt.ordinal
            """,
            new { sweep, revision });
        return new SweepProgress(sweep, revision.Value, [.. rows.Select(static row => new TrialProgress
        {
            Key = new TrialKey(row.Key),
            Spec = FromJson<TrialSpec>(row.Spec),
            State = StateOf(row.State),
            Attempt = row.Attempt,
            Reason = row.Reason,
            Node = row.Node,
            Epoch = row.Epoch,
            Correct = row.Correct,
            Total = row.Total,
            Ones = row.Ones,
            Weights = row.Weights,
            EpochSeconds = row.Seconds,
        })]);
    }

    /// <summary>The table of a sweep's latest revision and its trials with what is known of them; null when there is no such sweep.</summary>
    public async Task<SweepOutcome?> FindOutcomeAsync(string sweep)
    {
        await using var connection = await OpenAsync();
        var table = await connection.QuerySingleOrDefaultAsync<string>(
            "SELECT r.table_spec FROM sweeps s JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision WHERE s.name = @sweep",
            new { sweep });
        if (table is null) return null;
        var trials = await connection.QueryAsync<OutcomeColumns>(
            """
            SELECT t.id, t.key, t.spec, t.state, t.reason, t.attempt, r."constraint", r.best_epoch AS bestEpoch, r.last_epoch AS lastEpoch,
                   a.node, a.device_class AS deviceClass, a.started_at AS startedAt, a.ended_at AS endedAt, a.resumed_at_epoch AS resumedAtEpoch
            FROM sweeps s
            JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
            JOIN trials t ON t.id = rt.trial
            LEFT JOIN results r ON r.trial = t.id
            LEFT JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
            WHERE s.name = @sweep ORDER BY rt.ordinal
            """,
            new { sweep });
        var epochs = (await connection.QueryAsync<EpochColumns>(
            """
            SELECT e.* FROM sweeps s
            JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
            JOIN results r ON r.trial = rt.trial
            JOIN epochs e ON e.trial = r.trial AND e.epoch IN (r.best_epoch, r.last_epoch)
            WHERE s.name = @sweep
            """,
            new { sweep })).ToDictionary(static row => (row.Trial, row.Epoch));
        return new SweepOutcome(sweep, FromJson<TableSpec>(table), [.. trials.Select(row => new TrialOutcome
        {
            Key = new TrialKey(row.Key),
            Spec = FromJson<TrialSpec>(row.Spec),
            State = StateOf(row.State),
            Reason = row.Reason,
            Constraint = row.Constraint is null ? null : ConstraintOf(row.Constraint),
            Best = row.BestEpoch is { } best ? epochs[(row.Id, best)].ToFigures() : null,
            Last = row.LastEpoch is { } last ? epochs[(row.Id, last)].ToFigures() : null,
            Provenance = row.Attempt == 0 ? null : new AttemptProvenance(
                row.Attempt, row.Node!, row.DeviceClass, TimeOf(row.StartedAt)!.Value, TimeOf(row.EndedAt), row.ResumedAtEpoch),
        })]);
    }

    /// <summary>True when every one of these trials is finished and the sweep's latest revision is this submission.</summary>
    public async Task<bool> IsFinishedAsync(SweepSubmission submission)
    {
        await using var connection = await OpenAsync();
        var digest = await connection.QuerySingleOrDefaultAsync<string>(
            "SELECT r.digest FROM sweeps s JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision WHERE s.name = @Name",
            new { submission.Name });
        if (digest != LedgerWriter.DigestOf(submission)) return false;
        return await connection.QuerySingleAsync<int>(
            """
            SELECT count(*) FROM sweeps s
            JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
            JOIN trials t ON t.id = rt.trial WHERE s.name = @Name AND t.state <> 'finished'
            """,
            new { submission.Name }) == 0;
    }

    private static T FromJson<T>(string json) => JsonSerializer.Deserialize<T>(json, SbnnJson.Options)!;

    private static TrialState StateOf(string word) => FromJson<TrialState>($"\"{word}\"");

    private static ConstraintOutcome ConstraintOf(string word) => FromJson<ConstraintOutcome>($"\"{word}\"");

    private static DateTimeOffset? TimeOf(long? milliseconds) =>
        milliseconds is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null;

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync();
        return connection;
    }

    // What SQLite gives, by column name; Dapper fills these.
    private class ScheduledColumns
    {
        public string Key { get; set; } = "";
        public string Sweep { get; set; } = "";
        public int Priority { get; set; }
        public int Ordinal { get; set; }
        public long? NotBefore { get; set; }

        public ScheduledTrial ToTrial() => new()
        {
            Key = new TrialKey(Key), Sweep = Sweep, Priority = Priority, Order = Ordinal, NotBefore = TimeOf(NotBefore),
        };
    }

    private sealed class RunningColumns : ScheduledColumns
    {
        public string Spec { get; set; } = "";
        public string? Run { get; set; }
        public int Attempt { get; set; }
        public string Node { get; set; } = "";
        public int Slot { get; set; }
        public long LastSequence { get; set; }
    }

    private sealed class TrialColumns
    {
        public string Spec { get; set; } = "";
        public string State { get; set; } = "";
        public int Attempt { get; set; }
        public int Failures { get; set; }
        public long? NotBefore { get; set; }
        public long LastSequence { get; set; }
        public int? CheckpointEpoch { get; set; }
        public string? Run { get; set; }
    }

    private sealed class SummaryColumns
    {
        public string Name { get; set; } = "";
        public int Revision { get; set; }
        public int Trials { get; set; }
        public int Finished { get; set; }
        public int Failed { get; set; }
    }

    private sealed class ProgressColumns
    {
        public string Key { get; set; } = "";
        public string Spec { get; set; } = "";
        public string State { get; set; } = "";
        public int Attempt { get; set; }
        public string? Reason { get; set; }
        public string? Node { get; set; }
        public int Epoch { get; set; }
        public int Correct { get; set; }
        public int Total { get; set; }
        public long Ones { get; set; }
        public long Weights { get; set; }
        public double? Seconds { get; set; }
    }

    private sealed class OutcomeColumns
    {
        public long Id { get; set; }
        public string Key { get; set; } = "";
        public string Spec { get; set; } = "";
        public string State { get; set; } = "";
        public string? Reason { get; set; }
        public int Attempt { get; set; }
        public string? Constraint { get; set; }
        public int? BestEpoch { get; set; }
        public int? LastEpoch { get; set; }
        public string? Node { get; set; }
        public string? DeviceClass { get; set; }
        public long? StartedAt { get; set; }
        public long? EndedAt { get; set; }
        public int? ResumedAtEpoch { get; set; }
    }

    private sealed class EpochColumns
    {
        public long Trial { get; set; }
        public int Epoch { get; set; }
        public int Correct { get; set; }
        public int Total { get; set; }
        public long Ones { get; set; }
        public long Weights { get; set; }
        public double Entropy { get; set; }
        public double K0 { get; set; }
        public double K1 { get; set; }
        public double Bops_Pr { get; set; }
        public double BParams_Pr { get; set; }

        public EpochFigures ToFigures() => new(Epoch, Correct, Total, Ones, Weights, Entropy, K0, K1, Bops_Pr, BParams_Pr);
    }
}
