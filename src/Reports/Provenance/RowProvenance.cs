using System.Security.Cryptography;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Provenance;

/// <summary>From what a row of a table was computed, and with what its trials were trained.</summary>
public sealed record RowProvenance
{
    /// <summary>The row's label.</summary>
    public required string Row { get; init; }

    /// <summary>The row's trials, in seed order.</summary>
    public required IReadOnlyList<RowTrial> Trials { get; init; }

    /// <summary>
    /// With what its results were trained, and on what system; those of all attempts that recorded it.
    /// </summary>
    public required IReadOnlyList<TrainerFacts> Trainers { get; init; }

    /// <summary>The device classes of its attempts.</summary>
    public required IReadOnlyList<string> DeviceClasses { get; init; }

    /// <summary>SHA-256 of the prepared images that its trials were trained on.</summary>
    public required IReadOnlyList<string> DataDigests { get; init; }

    /// <summary>
    /// SHA-256 of what the ledger has of its trials and the table uses: key, settings, state, the result's digest, the
    /// reported and the last epoch, and the layers. Equal runs have equal digests.
    /// </summary>
    public required string LedgerRowsSha256 { get; init; }

    /// <summary>What its trials took.</summary>
    public required ComputeUse Compute { get; init; }

    /// <summary>The provenance of a row.</summary>
    public static RowProvenance Of(RowMetrics row)
    {
        var attempts = row.Trials.SelectMany(static trial => trial.Attempts).ToList();
        return new RowProvenance
        {
            Row = row.Row.Label,
            Trials = [.. row.Trials.Select(static trial => new RowTrial(
                trial.Key, trial.Spec.Seed, trial.State, trial.Attempts.Count, trial.ResultSha256))],
            Trainers = [.. attempts.Select(static attempt => attempt.Trainer).OfType<TrainerFacts>().Distinct()],
            DeviceClasses = [.. attempts.Select(static attempt => attempt.DeviceClass).OfType<string>().Distinct()],
            DataDigests = [.. row.Trials.Select(static trial => trial.Spec.DataDigest).OfType<string>().Distinct()],
            LedgerRowsSha256 = DigestOf(row.Trials),
            Compute = ComputeUse.Of(row.Trials),
        };
    }

    // A line of JSON for each trial. Where the images lie and how often a trial was tried are not among it.
    private static string DigestOf(IReadOnlyList<TrialOutcome> trials)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var trial in trials)
        {
            var used = trial with { Spec = trial.Spec.WithoutPlaces(), Reason = null, Attempts = [] };
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(used, SbnnJson.Options));
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>A trial of a row.</summary>
/// <param name="Trial">Its key: the digest of all its settings.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Attempts">How many attempts it had.</param>
/// <param name="ResultSha256">SHA-256 of its result's file; null until it is finished.</param>
public sealed record RowTrial(TrialKey Trial, int Seed, TrialState State, int Attempts, string? ResultSha256);
