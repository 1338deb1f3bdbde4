using System.Security.Cryptography;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Provenance;

/// <summary>
/// The origin of a table's row: the trials from which it was computed, and the software, devices and images with which
/// they were trained.
/// </summary>
public sealed record RowProvenance
{
    /// <summary>The row's label.</summary>
    public required string Row { get; init; }

    /// <summary>The row's trials, in seed order.</summary>
    public required IReadOnlyList<RowTrial> Trials { get; init; }

    /// <summary>
    /// The software and systems that trained the row's trials, according to all attempts that recorded them, without
    /// duplicates.
    /// </summary>
    public required IReadOnlyList<TrainerFacts> Trainers { get; init; }

    /// <summary>The device classes of the trials' attempts.</summary>
    public required IReadOnlyList<string> DeviceClasses { get; init; }

    /// <summary>SHA-256 of the prepared images on which the trials were trained.</summary>
    public required IReadOnlyList<string> DataDigests { get; init; }

    /// <summary>
    /// SHA-256 of the parts of the trials' ledger rows that the table uses: key, settings, state, the result's digest,
    /// the reported and the last epoch, and the layers. Equal runs have equal digests.
    /// </summary>
    public required string LedgerRowsSha256 { get; init; }

    /// <summary>The time, memory and attempts that the trials used.</summary>
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

    // The digest is over a line of JSON for each trial. It leaves out the folder of the images and the attempts,
    // because these can differ between runs with equal results.
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
/// <param name="State">Its state.</param>
/// <param name="Attempts">The number of its attempts.</param>
/// <param name="ResultSha256">SHA-256 of its result's file; null until it is finished.</param>
public sealed record RowTrial(TrialKey Trial, int Seed, TrialState State, int Attempts, string? ResultSha256);
