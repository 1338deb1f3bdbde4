using System.Data;
using Dapper;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>Reads attempts with their provenance: where and how they ran.</summary>
internal static class AttemptQueries
{
    /// <summary>The attempts of some trials by the trial's id, first to last.</summary>
    /// <param name="connection">The ledger.</param>
    /// <param name="trials">SQL: a SELECT of the trials' <c>id</c>.</param>
    /// <param name="parameters">The parameters of <paramref name="trials"/>.</param>
    public static ILookup<long, AttemptProvenance> Read(IDbConnection connection, string trials, object parameters) =>
        connection.Query<long, AttemptProvenance, TrainerFacts?, (long Trial, AttemptProvenance Attempt)>(
            $"""
            SELECT a.trial, a.attempt, a.node, a.device_class AS deviceClass, a.gpu_model AS gpuModel,
                   a.peak_mib AS peakMemoryMiB, s.peak_mib AS peakGpuMemoryMiB, a.started_at AS startedAt,
                   a.ended_at AS endedAt, a.ending, a.reason, a.resumed_at_epoch AS resumedAtEpoch,
                   a.started_afresh AS startedAfresh, p.key AS preflight, p.is_exact AS isResumeExact,
                   p.detail AS preflightDetail, a.trainer_version AS version, a.torchsharp AS torchSharp, a.libtorch,
                   a.dotnet AS dotNet, a.os, a.kernel, a.memory_mib AS memoryMiB
            FROM ({trials}) chosen
            JOIN trials t ON t.id = chosen.id
            JOIN attempts a ON a.trial = t.id
            LEFT JOIN shapes s ON s.shape = t.shape AND s.device = a.gpu_model
            LEFT JOIN preflights p ON p.key = a.preflight AND p.device_class = a.device_class
            ORDER BY a.trial, a.attempt
            """,
            static (trial, attempt, trainer) => (trial, attempt with { Trainer = trainer }),
            parameters,
            splitOn: "attempt,version").ToLookup(static row => row.Trial, static row => row.Attempt);
}
