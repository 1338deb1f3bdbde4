using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>What an audit found.</summary>
/// <param name="Sweep">The sweep.</param>
/// <param name="Revision">The sweep's revision.</param>
/// <param name="Seed">The seed by which the trials were chosen: the same one chooses the same trials.</param>
/// <param name="Trials">The trials that were trained again.</param>
internal sealed record SweepAudit(string Sweep, int Revision, int Seed, IReadOnlyList<AuditedTrial> Trials)
{
    /// <summary>
    /// Chooses up to <paramref name="count"/> finished trials of a sweep at random. The same seed chooses the same
    /// trials.
    /// </summary>
    public static IReadOnlyList<TrialOutcome> Choose(SweepOutcome sweep, int count, int seed)
    {
        var finished = sweep.Trials.Where(static trial => trial.ResultSha256 is not null)
            .OrderBy(static trial => trial.Key.Hex, StringComparer.Ordinal).ToArray();
        new Random(seed).Shuffle(finished);
        return finished[..Math.Min(count, finished.Length)];
    }
}

/// <summary>A trial that was trained again.</summary>
internal sealed partial record AuditedTrial
{
    /// <summary>The trial's key.</summary>
    public required TrialKey Trial { get; init; }

    /// <summary>The trial's seed.</summary>
    public required int Seed { get; init; }

    /// <summary>The device class of the committed result; null where it is not known.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>The device class on which the trial was trained again; null when that failed.</summary>
    public string? AuditDeviceClass { get; init; }

    /// <summary>
    /// Whether the new result has the same bytes as the committed one. Null when they need not agree: on another device
    /// class, or when the form of results has changed since. Also null when the training failed.
    /// </summary>
    public bool? BytesAgree { get; init; }

    /// <summary>
    /// The new accuracy minus the committed one, in percentage points, at the epoch that the table reports; null when
    /// the training failed.
    /// </summary>
    public decimal? AccuracyDifference { get; init; }

    /// <summary>Why the trial could not be trained again; null when it was.</summary>
    public string? Failure { get; init; }

    /// <summary>True unless the training failed, or bytes differ that must agree.</summary>
    public bool Agrees => Failure is null && BytesAgree != false;

    /// <summary>Trains a trial again and compares the new result with the committed one.</summary>
    public static async Task<AuditedTrial> OfAsync(
        TrialOutcome trial, RepeatedTraining training, CancellationToken cancellation)
    {
        var audited = new AuditedTrial
        {
            Trial = trial.Key,
            Seed = trial.Spec.Seed,
            DeviceClass = trial.DeviceClass,
        };
        try
        {
            var threads = ThreadsOf(trial.DeviceClass);
            var folder = await training.TrainAsync(trial.Key, trial.Spec, threads, cancellation);
            return await audited.ComparedAsync(trial, folder, cancellation);
        }
        catch (BadInputException error)
        {
            return audited with { Failure = error.Message };
        }
    }

    private async Task<AuditedTrial> ComparedAsync(
        TrialOutcome trial, AttemptFolder folder, CancellationToken cancellation)
    {
        var digest = Convert.ToHexStringLower(
            SHA256.HashData(await File.ReadAllBytesAsync(folder.Result, cancellation)));
        var result = DurableFile.ReadJson<TrialResult>(folder.Result);
        if (result.WhyNotOf(trial.Key) is { } why) throw new BadInputException($"its result cannot be used: {why}");
        var lines = await File.ReadAllLinesAsync(folder.Events, cancellation);
        var device = lines.Select(static line => JsonSerializer.Deserialize<TrainerEvent>(
            line, SbnnJson.Options)).OfType<TrialStarted>().Last().DeviceClass;
        var committed = trial.Reported ?? trial.Last!;
        var now = result.Epochs[committed.Epoch - 1].Accuracy;
        return this with
        {
            AuditDeviceClass = device,
            BytesAgree = device == trial.DeviceClass && trial.ResultForm == TrialResult.Form
                ? digest == trial.ResultSha256 : null,
            AccuracyDifference = now - (committed.Total == 0 ? 0 : 100m * committed.Correct / committed.Total),
        };
    }

    // Returns the number of threads that the device class names, because another number gives a result with other
    // bytes.
    private static int ThreadsOf(string? deviceClass) =>
        deviceClass is not null && Threads().Match(deviceClass) is { Success: true } found
            && int.TryParse(found.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var threads)
            ? Math.Max(1, threads) : 1;

    [GeneratedRegex(" t([0-9]{1,4})(?: |$)")]
    private static partial Regex Threads();
}
