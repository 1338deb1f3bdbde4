using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Audit;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// Reads beside the writer, on read-only connections and each call at one moment: a viewer can neither block nor harm a
/// sweep.
/// </summary>
public sealed class LedgerReader : IDisposable
{
    // A trial belongs to the active sweeps whose latest revision names it; the one with the highest priority runs it.
    private const string Wanted =
        """
        WITH wanted AS (
            SELECT *, row_number() OVER (PARTITION BY trial ORDER BY priority DESC, sweep) AS rank FROM live_trials
        )
        """;

    private readonly string _connectionString;
    private readonly ConcurrentBag<TrialLookup> _idleLookups = [];

    static LedgerReader() => ColumnTypes.Register();

    internal LedgerReader(string path) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadOnly,
        DefaultTimeout = 5,
    }.ToString();

    /// <summary>
    /// Reads a ledger that another process may be writing. Throws <see cref="BadInputException"/> when there is none, or when this build
    /// cannot read it, and <see cref="LedgerUnavailableException"/> when nobody can now.
    /// </summary>
    public static LedgerReader Open(string path)
    {
        if (!File.Exists(path)) throw new BadInputException($"{path}: there is no ledger here");
        var reader = new LedgerReader(path);
        try
        {
            using var connection = new SqliteConnection(reader._connectionString);
            connection.Open();
            Migrations.Demand(connection, path);
            return reader;
        }
        catch (SqliteException error)
        {
            throw LedgerUnavailableException.OfOpening(error, path);
        }
    }

    public void Dispose()
    {
        foreach (var lookup in _idleLookups) lookup.Dispose();
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>The trials that want a slot and those that hold one, as of one moment.</summary>
    public Task<OpenTrials> ReadOpenAsync() => ReadAsync(async connection =>
    {
        const string Facts =
            $"""
            t.key, coalesce(w.sweep, '') AS sweep, coalesce(w.priority, 0) AS priority, coalesce(w.ordinal, 0) AS "order", t.attempt,
            t.not_before AS notBefore, {TrialLookup.RunsAlone} AS runsAlone, coalesce(w.run_spec ->> '$.hangAfterSeconds', 0.0) AS hangAfter
            """;
        var waiting = await connection.QueryAsync<ScheduledTrial>(
            $"""
            {Wanted}
            SELECT {Facts} FROM trials t JOIN wanted w ON w.trial = t.id AND w.rank = 1
            WHERE t.state = 'waiting' ORDER BY w.sweep, w.ordinal
            """);
        var running = await connection.QueryAsync<ScheduledTrial, RunningTrial, RunningTrial>(
            $"""
            {Wanted}
            SELECT {Facts}, w.sweep IS NOT NULL AS isWanted, a.node, a.slot
            FROM trials t JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
            LEFT JOIN wanted w ON w.trial = t.id AND w.rank = 1 WHERE t.state = 'running' ORDER BY t.id
            """,
            static (trial, running) => running with { Trial = trial },
            splitOn: "isWanted");
        return new OpenTrials([.. waiting], [.. running]);
    });

    /// <summary>A trial with its current attempt; null when the ledger does not know it.</summary>
    public Task<TrialRow?> FindTrialAsync(TrialKey trial)
    {
        if (!_idleLookups.TryTake(out var lookup)) lookup = new TrialLookup(_connectionString);
        try
        {
            return Task.FromResult(lookup.Find(trial));
        }
        finally
        {
            _idleLookups.Add(lookup);
        }
    }

    /// <summary>All trials, those of earlier revisions and other sweeps too.</summary>
    public Task<IReadOnlyList<KnownTrial>> ReadTrialsAsync() => ReadAsync<IReadOnlyList<KnownTrial>>(async connection =>
    [
        .. await connection.QueryAsync<KnownTrial>(
            """
            SELECT t.key, t.spec, t.state, t.reason, coalesce(e.epoch, 0) AS epoch, coalesce(e.timed, 0) AS timedEpochs, coalesce(e.seconds, 0.0) AS seconds,
                   (SELECT json_group_array(DISTINCT rt.sweep) FROM revision_trials rt WHERE rt.trial = t.id) AS sweeps
            FROM trials t
            LEFT JOIN (SELECT trial, max(epoch) AS epoch, count(seconds) AS timed, total(seconds) AS seconds FROM epochs GROUP BY trial) e ON e.trial = t.id
            ORDER BY t.id
            """),
    ]);

    /// <summary>All sweeps, by name.</summary>
    public Task<IReadOnlyList<SweepSummary>> ReadSweepsAsync() => ReadAsync<IReadOnlyList<SweepSummary>>(async connection =>
    [
        .. await connection.QueryAsync<SweepSummary>(
            """
            WITH open AS (
                SELECT t.id, (t.spec ->> '$.epochs') - coalesce(e.epoch, 0) AS ahead, e.seconds
                FROM trials t LEFT JOIN epochs e ON e.trial = t.id AND e.epoch = (SELECT max(epoch) FROM epochs WHERE trial = t.id)
                WHERE t.state IN ('waiting', 'running')
            )
            SELECT s.name, s.revision, s.wish AS desiredState, s.priority, count(t.id) AS trials, total(t.state = 'waiting') AS waiting,
                   total(t.state = 'running') AS running, total(t.state = 'finished') AS finished, total(t.state = 'failed') AS failed,
                   total(t.state = 'withdrawn') AS withdrawn,
                   (total(o.ahead * o.seconds) + avg(o.seconds) * total(CASE WHEN o.seconds IS NULL THEN o.ahead END))
                       / nullif(total(t.state = 'running'), 0) AS secondsLeft
            FROM sweeps s
            LEFT JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
            LEFT JOIN trials t ON t.id = rt.trial
            LEFT JOIN open o ON o.id = t.id
            GROUP BY s.name ORDER BY s.name
            """),
    ]);

    /// <summary>A part of the trials of a sweep's latest revision; null when there is no such sweep.</summary>
    public Task<TrialPage?> FindPageAsync(string sweep, PageRequest request) => ReadAsync(async connection =>
        await FindRevisionAsync(connection, sweep) is { } revision ? await PageQueries.ReadAsync(connection, sweep, revision, request) : null);

    /// <summary>The trials of a revision, in the order of the grid.</summary>
    public Task<IReadOnlyList<TrialSpec>> ReadSpecsAsync(string sweep, int revision) => ReadAsync<IReadOnlyList<TrialSpec>>(async connection =>
    [
        .. await connection.QueryAsync<TrialSpec>(
            """
            SELECT t.spec FROM revision_trials rt JOIN trials t ON t.id = rt.trial
            WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY rt.ordinal
            """,
            new { sweep, revision }),
    ]);

    /// <summary>Tells whether the ledger has changed, without reading it.</summary>
    public LedgerWatch Watch() => new(_connectionString);

    /// <summary>Where the trials of a sweep's latest revision stand; null when there is no such sweep.</summary>
    public Task<SweepProgress?> FindProgressAsync(string sweep) => ReadAsync(async connection =>
    {
        var (revision, wish, priority) = await connection.QuerySingleOrDefaultAsync<(int, DesiredState, int)>(
            "SELECT revision, wish, priority FROM sweeps WHERE name = @sweep", new { sweep });
        if (revision == 0) return null;
        var trials = await connection.QueryAsync<TrialProgress>(
            $"""
            SELECT {PageQueries.Progress}
            FROM revision_trials rt
            JOIN trials t ON t.id = rt.trial
            {PageQueries.ProgressJoins}
            WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY rt.ordinal
            """,
            new { sweep, revision });
        return new SweepProgress(sweep, revision, wish, priority, [.. trials]);
    });

    /// <summary>How the failed trials of a sweep's latest revision ended, in the order of the grid.</summary>
    public Task<IReadOnlyList<TrialFailure>> ReadFailuresAsync(string sweep) => ReadAsync<IReadOnlyList<TrialFailure>>(async connection =>
    [
        .. await connection.QueryAsync<TrialFailure>(
            """
            SELECT t.key AS trial, a.attempt, a.node, replace(a.ending, '-', '') AS ending, a.reason, a.exit_code AS exitCode, a.stderr_tail AS stderrTail
            FROM sweeps s
            JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
            JOIN trials t ON t.id = rt.trial
            JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
            WHERE s.name = @sweep AND t.state = 'failed' ORDER BY rt.ordinal
            """,
            new { sweep }),
    ]);

    /// <summary>A trial's epochs, first to last: its result's, or what was reported so far.</summary>
    public Task<IReadOnlyList<EpochRecord>> ReadEpochsAsync(TrialKey trial) => ReadAsync(connection => EpochQueries.ReadAsync(connection, trial));

    /// <summary>The table of a sweep's latest revision and its trials with what is known of them; null when there is no such sweep.</summary>
    public Task<SweepOutcome?> FindOutcomeAsync(string sweep) => ReadAsync(async connection =>
        await FindRevisionAsync(connection, sweep) is { } revision ? await OutcomeQueries.ReadAsync(connection, sweep, revision) : null);

    /// <summary>True when every one of these trials is finished and the sweep's latest revision is this submission.</summary>
    public Task<bool> IsFinishedAsync(SweepSubmission submission) => ReadAsync(connection => connection.QuerySingleAsync<bool>(
        """
        SELECT EXISTS (
                   SELECT 1 FROM sweeps s JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision
                   WHERE s.name = @Name AND r.digest = @digest)
           AND NOT EXISTS (
                   SELECT 1 FROM sweeps s
                   JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
                   JOIN trials t ON t.id = rt.trial WHERE s.name = @Name AND t.state <> 'finished')
        """,
        new { submission.Name, digest = RevisionRows.DigestOf(submission) }));

    /// <summary>How many trials there are in each state. Read from an index alone: 13 ms for 150,000 trials.</summary>
    public IReadOnlyDictionary<TrialState, int> CountTrials()
    {
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        var counts = connection.Query<(TrialState State, int Count)>("SELECT state, count(*) FROM trials GROUP BY state").ToDictionary();
        return Enum.GetValues<TrialState>().ToDictionary(static state => state, state => counts.GetValueOrDefault(state));
    }

    /// <summary>What breaks an invariant of the ledger; nothing for a sound one. Reads the whole file.</summary>
    public Task<IReadOnlyList<Finding>> AuditAsync() => ReadAsync(LedgerAudit.RunAsync);

    /// <summary>The attempts whose results were committed last, newest first.</summary>
    public Task<IReadOnlyList<(TrialKey Trial, int Attempt)>> ReadLatestResultsAsync(int count) => ReadAsync<IReadOnlyList<(TrialKey, int)>>(async connection =>
    [
        .. await connection.QueryAsync<(TrialKey, int)>(
            "SELECT t.key, r.attempt FROM results r JOIN trials t ON t.id = r.trial ORDER BY r.committed_at DESC LIMIT @count", new { count }),
    ]);

    /// <summary>Every attempt there is, with what its folder must agree with.</summary>
    public Task<IReadOnlyList<AttemptArtifacts>> ReadArtifactsAsync() => ReadAsync<IReadOnlyList<AttemptArtifacts>>(async connection =>
    [
        .. await connection.QueryAsync<AttemptArtifacts>(
            """
            SELECT t.key AS trial, a.attempt, a.node, t.state = 'running' AND t.attempt = a.attempt AS isRunning, t.state,
                   a.last_sequence AS lastSequence, r.sha256 AS resultSha256
            FROM attempts a JOIN trials t ON t.id = a.trial LEFT JOIN results r ON r.trial = a.trial AND r.attempt = a.attempt
            ORDER BY t.id, a.attempt
            """),
    ]);

    /// <summary>
    /// Copies the ledger as it is at one moment, while it may be written. The copy is whole or absent; throws
    /// <see cref="BadInputException"/> when the file is there already or cannot be written.
    /// </summary>
    public async Task BackUpAsync(string path)
    {
        if (File.Exists(path)) throw new BadInputException($"{path}: there is a file already; a backup overwrites nothing");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new BadInputException($"{path}: there is no such folder");
        var unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            foreach (var killed in DurableFile.Leftovers(folder, Path.GetFileName(path)).ToList())
            {
                File.Delete($"{killed}-journal");
                File.Delete(killed);
            }

            File.Delete(unfinished); // Of another machine's process with our id.
            await using (var connection = new SqliteConnection(_connectionString))
            {
                await connection.OpenAsync();
                await connection.ExecuteAsync("VACUUM INTO @unfinished", new { unfinished });
            }

            using (var copied = File.Open(unfinished, FileMode.Open, FileAccess.ReadWrite)) copied.Flush(flushToDisk: true);
            File.Move(unfinished, path, overwrite: false);
            DurableFile.SyncFolder(folder);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            File.Delete(unfinished);
            throw new BadInputException($"{path}: the copy cannot be written: {error.Message}", error);
        }
    }

    private static Task<int?> FindRevisionAsync(SqliteConnection connection, string sweep) =>
        connection.QuerySingleOrDefaultAsync<int?>("SELECT revision FROM sweeps WHERE name = @sweep", new { sweep });

    // A transaction that only reads holds nobody up under WAL, and makes several queries see one moment.
    private async Task<T> ReadAsync<T>(Func<SqliteConnection, Task<T>> read)
    {
        try
        {
            await using var connection = new SqliteConnection(_connectionString);
            await connection.OpenAsync();
            await using var moment = connection.BeginTransaction(deferred: true);
            return await read(connection);
        }
        catch (SqliteException error)
        {
            throw LedgerUnavailableException.Of(error, new SqliteConnectionStringBuilder(_connectionString).DataSource);
        }
    }
}
