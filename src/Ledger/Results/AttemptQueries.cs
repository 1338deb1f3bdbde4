namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>What a query reads of attempts (<c>a</c>): the trial's id, then an <see cref="AttemptProvenance"/>.</summary>
internal static class AttemptQueries
{
    public const string Columns =
        """
        a.trial, a.attempt, a.node, a.device_class AS deviceClass, a.gpu_model AS gpuModel, a.started_at AS startedAt,
        a.ended_at AS endedAt, a.ending, a.reason, a.resumed_at_epoch AS resumedAtEpoch,
        a.started_afresh AS startedAfresh, p.key AS preflight, p.is_exact AS isResumeExact, p.detail AS preflightDetail
        """;

    /// <summary>Joins what the preflight of an attempt found.</summary>
    public const string Preflight =
        "LEFT JOIN preflights p ON p.key = a.preflight AND p.device_class = a.device_class";
}
