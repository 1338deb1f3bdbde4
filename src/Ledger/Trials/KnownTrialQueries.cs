using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Reads the ledger's trials for the plan of a new sweep.</summary>
internal static class KnownTrialQueries
{
    /// <summary>The trials with some keys, or all, in the order in which they were first submitted.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="keys">The keys; null: all trials.</param>
    /// <param name="gpuModels">The GPU models whose epoch times are used; null: CPUs.</param>
    public static IReadOnlyList<KnownTrial> Read(
        SqliteConnection connection, IEnumerable<TrialKey>? keys, IReadOnlyCollection<string>? gpuModels) =>
    [
        .. connection.Query<KnownTrial>(
            $"""
            WITH chosen AS (
                SELECT * FROM trials{(keys is null ? "" : " WHERE key IN (SELECT value FROM json_each(@keys))")}
            )
            SELECT t.key, t.spec, t.state, t.reason, coalesce(e.epoch, 0) AS epoch, coalesce(e.timed, 0) AS timedEpochs,
                   coalesce(e.seconds, 0.0) AS trainingTime, r.last_weights IS NOT NULL AS hasWeights,
                   (SELECT json_group_array(DISTINCT rt.sweep) FROM revision_trials rt WHERE rt.trial = t.id) AS sweeps
            FROM chosen t LEFT JOIN results r ON r.trial = t.id
            LEFT JOIN (
                SELECT e.trial, max(e.epoch) AS epoch, count(e.seconds) FILTER (WHERE a.isHere) AS timed,
                       total(e.seconds) FILTER (WHERE a.isHere) AS seconds
                FROM chosen w CROSS JOIN epochs e ON e.trial = w.id
                LEFT JOIN (
                    SELECT trial, attempt, iif(@models IS NULL, gpu_model IS NULL,
                               gpu_model IN (SELECT value FROM json_each(@models))) AS isHere
                    FROM attempts
                ) a ON a.trial = e.trial AND a.attempt = e.attempt
                GROUP BY e.trial
            ) e ON e.trial = t.id
            ORDER BY t.id
            """,
            new
            {
                keys = keys is null ? null : JsonSerializer.Serialize(keys.Select(static key => key.Hex)),
                models = gpuModels is null ? null : JsonSerializer.Serialize(gpuModels),
            }),
    ];

    /// <summary>The digest of the images of the newest trial on a dataset; null when no trial uses it.</summary>
    public static string? FindDigest(SqliteConnection connection, DatasetLocation place) =>
        connection.QueryFirstOrDefault<string?>(
            """
            SELECT spec ->> '$.dataDigest' FROM trials
            WHERE spec ->> '$.dataset' = @dataset AND spec ->> '$.folder' IS @Folder ORDER BY id DESC LIMIT 1
            """,
            new { dataset = EnumWords.Of(place.Dataset), place.Folder });
}
