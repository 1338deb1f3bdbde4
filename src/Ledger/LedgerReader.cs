using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Audit;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// Reads the ledger on read-only connections, each call from one snapshot. A reader can neither block nor damage a
/// sweep.
/// </summary>
public sealed class LedgerReader : IDisposable
{
    // An active sweep needs a trial when the sweep's latest revision contains the trial. A trial that several sweeps
    // need runs for the one with the highest priority.
    private const string Needed =
        """
        WITH needed AS (
            SELECT *, row_number() OVER (PARTITION BY trial ORDER BY priority DESC, sweep) AS rank FROM live_trials
        )
        """;

    private readonly ReadConnections _connections;
    private readonly int _version;

    static LedgerReader() => ColumnTypes.Register();

    internal LedgerReader(string path, int version) => (_connections, _version) = (new ReadConnections(path), version);

    /// <summary>Reads a ledger that another process may be writing.</summary>
    /// <param name="path">The path of the database's file.</param>
    /// <param name="anyVersion">True to also read a ledger of an earlier version. Then only <see cref="AuditAsync"/>,
    /// <see cref="ReadArtifactsAsync"/> and <see cref="BackUpAsync"/> can be used.</param>
    /// <exception cref="BadInputException">The file does not exist, or this build cannot read it.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public static LedgerReader Open(string path, bool anyVersion = false)
    {
        if (!File.Exists(path)) throw new BadInputException($"{path}: the ledger does not exist");
        try
        {
            using var connections = new ReadConnections(path);
            using var connection = connections.Open();
            return new LedgerReader(path, Migrations.VersionToRead(connection, path, anyVersion));
        }
        catch (SqliteException error)
        {
            throw error.SqliteErrorCode is 8 or 14 && ReadPermission.WhyMissing(path) is { } why
                ? new BadInputException(why, error)
                : LedgerUnavailableException.OfOpening(error, path);
        }
    }

    /// <summary>The version of the ledger's schema.</summary>
    public int Version => _version;

    /// <summary>The version of the schema that this build writes.</summary>
    public static int LatestVersion => Migrations.Latest;

    public void Dispose() => _connections.Dispose();

    /// <summary>The trials that wait for a slot and those that hold one, from one snapshot.</summary>
    public Task<OpenTrials> ReadOpenAsync() => ReadAsync(connection =>
    {
        const string Columns =
            $"""
            t.key, coalesce(w.sweep, '') AS sweep, coalesce(w.priority, 0) AS priority, coalesce(w.ordinal, 0)
                AS "order", t.attempt,
            t.not_before AS notBefore, {TrialLookup.RanOutOn} AS ranOutOn, t.shape,
            {TrialLookup.ResumesOn} AS resumesOn, {TrialLookup.Trained} AS trained,
            coalesce(w.run_spec ->> '$.device', 'any') AS device,
            coalesce(w.run_spec ->> '$.memoryMiB', 0) AS memoryMiB,
            coalesce(w.run_spec ->> '$.exclusive', 0) AS exclusive,
            coalesce(w.run_spec ->> '$.hangAfterSeconds', 0.0) AS hangAfter,
            coalesce(t.spec ->> '$.dataDigest', '') AS images
            """;
        var waiting = connection.Query<ScheduledTrial>(
            $"""
            {Needed}
            SELECT {Columns} FROM trials t JOIN needed w ON w.trial = t.id AND w.rank = 1
            WHERE t.state = 'waiting' ORDER BY w.sweep, w.ordinal
            """);
        var running = connection.Query<ScheduledTrial, RunningTrial, RunningTrial>(
            $"""
            {Needed}
            SELECT {Columns}, w.sweep IS NOT NULL AS isNeeded, a.node, a.slot, a.gpu
            FROM trials t JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
            LEFT JOIN needed w ON w.trial = t.id AND w.rank = 1 WHERE t.state = 'running' ORDER BY t.id
            """,
            static (trial, running) => running with { Trial = trial },
            splitOn: "isNeeded");
        return new OpenTrials([.. waiting], [.. running]) { Peaks = ShapeQueries.ReadPeaks(connection) };
    });

    /// <summary>The trials that run now, in the order of their keys. Their order in a grid is 0.</summary>
    public Task<IReadOnlyList<TrialProgress>> ReadRunningAsync() =>
        ReadAsync<IReadOnlyList<TrialProgress>>(static connection => [.. ProgressRows.ReadRunning(connection)]);

    /// <summary>The training speed of each trial shape, in images per second, where it has been measured.</summary>
    /// <param name="gpuModels">The GPU models over which the speed is averaged; null: the speed on CPUs.</param>
    public Task<IReadOnlyDictionary<TrialShape, double>> ReadPacesAsync(IReadOnlyCollection<string>? gpuModels) =>
        ReadAsync(connection => ShapeQueries.ReadPaces(connection, gpuModels));

    /// <summary>The peak GPU memory of each trial shape, where it has been measured.</summary>
    public Task<IReadOnlyList<ShapePeak>> ReadPeaksAsync() => ReadAsync(ShapeQueries.ReadPeaks);

    /// <summary>The peak GPU memory of a trial shape on a GPU model; null when it has not been measured.</summary>
    public Task<ShapePeak?> FindPeakAsync(TrialShape shape, string model) =>
        ReadAsync(connection => ShapeQueries.FindPeak(connection, shape, model));

    /// <summary>A trial with its current attempt; null when the ledger does not have it.</summary>
    public Task<TrialRow?> FindTrialAsync(TrialKey trial) =>
        _connections.ReadAsync(connection => TrialLookup.Find(connection, trial));

    /// <summary>The first <paramref name="take"/> keys, in order, that begin with <paramref name="prefix"/>.</summary>
    public Task<IReadOnlyList<TrialKey>> FindKeysAsync(string prefix, int take) =>
        ReadAsync<IReadOnlyList<TrialKey>>(connection =>
    [
        .. connection.Query<TrialKey>(
            "SELECT key FROM trials WHERE key >= @prefix AND key < @prefix || 'g' ORDER BY key LIMIT @take",
            new { prefix, take }),
    ]);

    /// <summary>The node of an attempt; null when the ledger does not have the attempt.</summary>
    public Task<NodeName?> FindNodeAsync(AttemptId attempt) =>
        ReadAsync(connection => TrialLookup.FindNode(connection, attempt));

    /// <summary>The attempt that finished a trial, with the weights that it left; null without a result.</summary>
    public Task<FinishedAttempt?> FindFinishedAsync(TrialKey trial) =>
        ReadAsync(connection => TrialLookup.FindFinished(connection, trial));

    /// <summary>Trials of all sweeps and revisions.</summary>
    /// <param name="gpuModels">The GPU models whose epoch times are used; null: CPUs.</param>
    /// <param name="keys">Only the trials with these keys; null: all trials.</param>
    public Task<IReadOnlyList<KnownTrial>> ReadTrialsAsync(
        IReadOnlyCollection<string>? gpuModels = null, IEnumerable<TrialKey>? keys = null) =>
        ReadAsync(connection => KnownTrialQueries.Read(connection, keys, gpuModels));

    /// <summary>The digest of the images of the newest trial on a dataset; null when no trial uses it.</summary>
    public Task<string?> FindDigestAsync(DatasetLocation place) =>
        ReadAsync(connection => KnownTrialQueries.FindDigest(connection, place));

    /// <summary>Sweeps by name, with their trials counted by state.</summary>
    /// <param name="after">Only sweeps whose names come after this one; null: from the first.</param>
    /// <param name="take">The largest number of sweeps.</param>
    public Task<IReadOnlyList<SweepSummary>> ReadSweepsAsync(string? after = null, int take = int.MaxValue) =>
        ReadAsync(connection => SummaryQueries.Read(connection, after, take));

    /// <summary>The summary of a sweep's latest revision; null when there is no such sweep.</summary>
    public Task<SweepSummary?> FindSweepAsync(string sweep) =>
        ReadAsync(connection => SummaryQueries.Find(connection, sweep));

    /// <summary>The hooks of ended sweeps that have not been called.</summary>
    public Task<IReadOnlyList<DueHook>> ReadDueHooksAsync() => ReadAsync(HookQueries.ReadDue);

    /// <summary>The hooks that a sweep's latest revision names; empty when there is no such sweep.</summary>
    public Task<IReadOnlyList<SweepHook>> ReadHooksAsync(string sweep) =>
        ReadAsync(connection => HookQueries.Read(connection, sweep));

    /// <summary>A sweep's latest revision with a part of its trials; null when there is no such sweep.</summary>
    public Task<TrialPage?> FindPageAsync(string sweep, PageRequest request) => ReadAsync(connection =>
        SummaryQueries.Find(connection, sweep) is { } summary ? PageQueries.Read(connection, summary, request) : null);

    /// <summary>
    /// A sweep's latest revision with the trials that changed since a mark; null when there is no such sweep.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="since">The mark of the previous call; null: all trials are read.</param>
    public Task<ChangedTrials?> FindChangesAsync(string sweep, ChangeMark? since) => ReadAsync(connection =>
        SummaryQueries.Find(connection, sweep) is { } summary ? ChangeQueries.Read(connection, summary, since) : null);

    /// <summary>The mark of a sweep's current state; null when there is no such sweep.</summary>
    public Task<ChangeMark?> FindMarkAsync(string sweep) => ReadAsync(connection =>
        SummaryQueries.Find(connection, sweep) is { } summary ? ChangeQueries.ReadMark(connection, summary) : null);

    /// <summary>The progress of a trial; its order is 0. Null when the ledger does not have the trial.</summary>
    public Task<TrialProgress?> FindProgressAsync(TrialKey trial) =>
        ReadAsync(connection => ProgressRows.Find(connection, trial)?.Trial);

    /// <summary>
    /// The state that the sweeps desire whose latest revision contains a trial: active if one is active, otherwise
    /// paused if one is paused.
    /// </summary>
    public Task<DesiredState> FindDesiredStateAsync(TrialKey trial) =>
        ReadAsync(connection => SummaryQueries.FindDesiredState(connection, trial));

    /// <summary>
    /// A sweep's state as far as its report depends on it: equal states have equal reports. Null when there is no such
    /// sweep.
    /// </summary>
    public Task<ReportState?> FindReportStateAsync(string sweep) => ReadAsync(connection =>
        SummaryQueries.Find(connection, sweep) is { } summary
            ? new ReportState(summary with { TimeLeft = null }, SummaryQueries.CountAttempts(connection, summary))
            : null);

    /// <summary>The trials of a revision, in the order of the grid.</summary>
    public Task<IReadOnlyList<KeyedTrial>> ReadSpecsAsync(string sweep, int revision) =>
        ReadAsync<IReadOnlyList<KeyedTrial>>(connection =>
    [
        .. connection.Query<KeyedTrial>(
            """
            SELECT t.key, t.spec FROM revision_trials rt JOIN trials t ON t.id = rt.trial
            WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY rt.ordinal
            """,
            new { sweep, revision }),
    ]);

    /// <summary>Detects whether the ledger has changed, without reading its tables.</summary>
    public LedgerWatch Watch() => new(_connections);

    /// <summary>The progress of the trials of a sweep's latest revision; null when there is no such sweep.</summary>
    public Task<SweepProgress?> FindProgressAsync(string sweep) => ReadAsync(connection =>
        SummaryQueries.Find(connection, sweep) is { } summary
            ? new SweepProgress(
                summary.Name, summary.Revision, summary.DesiredState, summary.Priority,
                PageQueries.Read(connection, summary, PageRequest.All).Trials)
            : null);

    /// <summary>
    /// The table spec of a sweep's latest revision, and the outcome of its trials; null when there is no such sweep.
    /// </summary>
    public Task<SweepOutcome?> FindOutcomeAsync(string sweep) => ReadAsync(connection =>
        FindRevision(connection, sweep) is { } revision ? OutcomeQueries.Read(connection, sweep, revision) : null);

    /// <summary>
    /// Some trials of a sweep with all their epochs, in the grid's order. A caller reads a large sweep part by part;
    /// each part comes from one snapshot.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="revision">The sweep's revision.</param>
    /// <param name="accuracy">The table's rule for choosing the reported epoch.</param>
    /// <param name="after">Only trials after this position in the grid; null: from the first.</param>
    /// <param name="take">The largest number of trials.</param>
    public Task<IReadOnlyList<TrialHistory>> ReadHistoriesAsync(
        string sweep, int revision, AccuracyChoice accuracy, int? after, int take) =>
        ReadAsync(connection => HistoryQueries.Read(connection, sweep, revision, accuracy, after ?? -1, take));

    /// <summary>A trial with its attempts and epochs, from one snapshot; null when the ledger does not have
    /// it.</summary>
    public Task<TrialDetail?> FindDetailAsync(TrialKey trial) =>
        ReadAsync(connection => HistoryQueries.Find(connection, trial));

    /// <summary>Some epochs of a trial, first to last; empty when the ledger does not have the trial.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="after">Only epochs after this one; 0: from the first.</param>
    /// <param name="take">The largest number of epochs.</param>
    /// <param name="withLayers">Whether to read the counts of each layer, which take most of the space.</param>
    public Task<IReadOnlyList<RecordedEpoch>> ReadEpochsAsync(
        TrialKey trial, int after, int take, bool withLayers) =>
        ReadAsync(connection => HistoryQueries.ReadEpochs(connection, trial, after, take, withLayers));

    /// <summary>The table of a sweep's latest revision; null when there is no such sweep.</summary>
    public Task<(int Revision, TableSpec Table)?> FindTableAsync(string sweep) =>
        ReadAsync<(int, TableSpec)?>(connection => FindRevision(connection, sweep) is { } revision
            ? (revision, OutcomeQueries.ReadTable(connection, sweep, revision))
            : null);

    /// <summary>
    /// True when recording the submission would change nothing and no trial is left: the sweep is active, its latest
    /// revision equals the submission, and all its trials are finished.
    /// </summary>
    public Task<bool> IsFinishedAsync(SweepSubmission submission) =>
        ReadAsync(connection => connection.QuerySingle<bool>(
        $"""
        SELECT EXISTS (
                   SELECT 1 FROM sweeps s JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision
                   WHERE s.name = @Name AND r.digest = @digest AND s.{RevisionRows.DesiredStateColumn} = 'active')
           AND NOT EXISTS (
                   SELECT 1 FROM sweeps s
                   JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
                   JOIN trials t ON t.id = rt.trial WHERE s.name = @Name AND t.state <> 'finished')
        """,
        new { submission.Name, digest = RevisionRows.DigestOf(submission) }));

    /// <summary>
    /// The number of trials in each state, read on the caller's thread. The method serves observable metrics, whose
    /// callbacks are synchronous and run on a thread of their own. It reads only an index, which takes 13 ms for
    /// 150,000 trials.
    /// </summary>
    public IReadOnlyDictionary<TrialState, int> CountTrials() => _connections.Read(static connection =>
    {
        var counts = connection.Database.Query<(TrialState State, int Count)>(
            "SELECT state, count(*) FROM trials GROUP BY state").ToDictionary();
        return Enum.GetValues<TrialState>()
            .ToDictionary(static state => state, state => counts.GetValueOrDefault(state));
    });

    /// <summary>The violations of the ledger's invariants; empty for a sound ledger. Reads the whole file.</summary>
    public Task<IReadOnlyList<Finding>> AuditAsync() => ReadAsync(connection => LedgerAudit.Run(connection, _version));

    /// <summary>The attempts whose results were committed last, newest first.</summary>
    public Task<IReadOnlyList<AttemptId>> ReadLatestResultsAsync(int count) =>
        ReadAsync<IReadOnlyList<AttemptId>>(connection =>
    [
        .. connection.Query<(TrialKey Trial, int Attempt)>(
            """
            SELECT t.key, r.attempt FROM results r JOIN trials t ON t.id = r.trial
            ORDER BY r.committed_at DESC LIMIT @count
            """,
            new { count }).Select(static row => new AttemptId(row.Trial, row.Attempt)),
    ]);

    /// <summary>Every attempt with the recorded values that the files in its folder must agree with.</summary>
    public Task<IReadOnlyList<AttemptArtifacts>> ReadArtifactsAsync() =>
        ReadAsync<IReadOnlyList<AttemptArtifacts>>(connection =>
    [
        .. connection.Query<TrialKey, long, AttemptArtifacts, AttemptArtifacts>(
            """
            SELECT t.key AS trial, a.attempt, a.node, t.state = 'running' AND t.attempt = a.attempt AS isRunning,
                t.state,
                   a.last_sequence AS lastSequence, r.sha256 AS resultSha256
            FROM attempts a JOIN trials t ON t.id = a.trial LEFT JOIN results r ON r.trial = a.trial
                AND r.attempt = a.attempt
            ORDER BY t.id, a.attempt
            """,
            static (trial, attempt, known) => known with { Id = new AttemptId(trial, (int)attempt) },
            splitOn: "attempt,node"),
    ]);

    /// <summary>
    /// Copies a snapshot of the ledger, even while another process writes the ledger. An error leaves no partial copy.
    /// </summary>
    /// <exception cref="BadInputException">The file exists already, or its folder does not exist.</exception>
    /// <exception cref="LedgerUnavailableException">The copy cannot be written now: the disk is full or
    /// fails.</exception>
    public Task BackUpAsync(string path) => LedgerBackup.WriteAsync(_connections, path);

    private static int? FindRevision(SqliteConnection connection, string sweep) =>
        connection.QuerySingleOrDefault<int?>("SELECT revision FROM sweeps WHERE name = @sweep", new { sweep });

    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read) =>
        _connections.ReadAsync(connection => read(connection.Database));
}
