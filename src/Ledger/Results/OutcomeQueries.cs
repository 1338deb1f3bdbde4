using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>Reads what a report is made of: four queries, however many trials there are.</summary>
internal static class OutcomeQueries
{
    public static SweepOutcome Read(SqliteConnection connection, string sweep, int revision)
    {
        var table = ColumnTypes.FromJson<TableSpec>(connection.QuerySingle<string>(
            "SELECT table_spec FROM revisions WHERE sweep = @sweep AND revision = @revision", new { sweep, revision }));
        var epochs = (connection.Query<long, EpochFigures, (long Trial, EpochFigures Figures)>(
            """
            SELECT e.trial, e.epoch, e.correct, e.total, e.ones, e.weights, e.entropy, e.k0, e.k1, e.bops_pr AS bopsPr, e.bparams_pr AS bParamsPr,
                   (SELECT count(*) FROM layers l WHERE l.trial = e.trial AND l.epoch = e.epoch) AS layers,
                   (SELECT count(*) FROM layers l WHERE l.trial = e.trial AND l.epoch = e.epoch AND l.ones IN (0, l.weights)) AS oneValuedLayers
            FROM revision_trials rt
            JOIN results r ON r.trial = rt.trial
            JOIN epochs e ON e.trial = r.trial AND e.epoch IN (r.best_epoch, r.last_epoch)
            WHERE rt.sweep = @sweep AND rt.revision = @revision
            """,
            static (trial, figures) => (trial, figures),
            new { sweep, revision },
            splitOn: "epoch")).ToDictionary(static row => (row.Trial, row.Figures.Epoch), static row => row.Figures);
        var attempts = (connection.Query<long, AttemptProvenance, (long Trial, AttemptProvenance Attempt)>(
            """
            SELECT a.trial, a.attempt, a.node, a.device_class AS deviceClass, a.started_at AS startedAt, a.ended_at AS endedAt, a.ending,
                   a.reason, a.resumed_at_epoch AS resumedAtEpoch, a.started_afresh AS startedAfresh, p.key AS preflight,
                   p.is_exact AS isResumeExact, p.detail AS preflightDetail
            FROM revision_trials rt JOIN attempts a ON a.trial = rt.trial
            LEFT JOIN preflights p ON p.key = a.preflight AND p.device_class = a.device_class
            WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY a.trial, a.attempt
            """,
            static (trial, attempt) => (trial, attempt),
            new { sweep, revision },
            splitOn: "attempt")).ToLookup(static row => row.Trial, static row => row.Attempt);
        var trials = connection.Query<ResultColumns, TrialOutcome, TrialOutcome>(
            """
            SELECT t.id, r.best_epoch AS bestEpoch, r.last_epoch AS lastEpoch, c.layers, t.key, t.spec, t.classes, t.state, t.reason,
                   r."constraint", r.sha256 AS resultSha256
            FROM revision_trials rt
            JOIN trials t ON t.id = rt.trial
            LEFT JOIN results r ON r.trial = t.id
            LEFT JOIN layer_counts c ON c.trial = r.trial AND c.epoch = iif(@isLast, r.last_epoch, r.best_epoch)
            WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY rt.ordinal
            """,
            (result, trial) => trial with
            {
                Best = result.BestEpoch is { } best ? epochs[(result.Id, best)] : null,
                Last = result.LastEpoch is { } last ? epochs[(result.Id, last)] : null,
                Layers = result.Layers is { } layers ? EpochLayers.Read(layers) : [],
                Attempts = [.. attempts[result.Id]],
            },
            new { sweep, revision, isLast = table.Accuracy == AccuracyChoice.Last },
            splitOn: "key");
        return new SweepOutcome(sweep, revision, table, [.. trials]);
    }

    private sealed record ResultColumns
    {
        public long Id { get; init; }

        public int? BestEpoch { get; init; }

        public int? LastEpoch { get; init; }

        public string? Layers { get; init; }
    }
}
