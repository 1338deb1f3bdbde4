using System.Security.Cryptography;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>The file with the kept weights of a finished trial.</summary>
/// <param name="Path">Where the file is.</param>
/// <param name="Sha256">The SHA-256 of its content in lower-case hex, as the ledger has it.</param>
public sealed record WeightsFile(string Path, string Sha256)
{
    /// <summary>Finds the file, and compares its content with the digest in the ledger.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="isLast">True for the weights after the last epoch; false for those after the best one.</param>
    /// <param name="ledger">The ledger with the trial.</param>
    /// <param name="home">The home of the ledger.</param>
    /// <param name="cancellation">Cancels the comparison.</param>
    /// <exception cref="BadInputException">The trial has no such weights, or the file is missing or altered.
    /// </exception>
    public static async Task<WeightsFile> FindAsync(
        TrialRow trial, bool isLast, LedgerReader ledger, IHomeFacts home, CancellationToken cancellation)
    {
        var finished = await ledger.FindFinishedAsync(trial.Key)
            ?? throw new BadInputException(
                $"trial: {trial.Key.Short} is {EnumWords.Of(trial.State)}, and only a finished trial has weights");
        var digest = DigestOf(trial.Key, finished, isLast);
        var path = home.WeightsOf(new AttemptId(trial.Key, finished.Attempt), isLast);
        if (!File.Exists(path))
        {
            throw new BadInputException(
                $"trial: {path} does not exist; if node {finished.Node} is on another machine and could not send the "
                    + "file, copy the file of the same name from that machine's home");
        }

        await using var content = File.OpenRead(path);
        var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));
        return found == digest ? new WeightsFile(path, digest) : throw new BadInputException(
            $"{path}: its SHA-256 is {found}, but {digest} was recorded, so the file was altered; restore it from a "
                + "copy");
    }

    private static string DigestOf(TrialKey trial, FinishedAttempt finished, bool isLast) => finished switch
    {
        { LastWeights: null } => throw new BadInputException(
            $"trial: the weights of {trial.Short} were not kept; to keep them, train the trial in a new home with "
                + "`keep: weights` under `run:`"),
        { BestWeights: null } when !isLast => throw new BadInputException(
            $"trial: {trial.Short} has no best weights, because no epoch was at the sparsity target or the training "
                + "resumed from a checkpoint without them; its last weights were kept"),
        _ => isLast ? finished.LastWeights : finished.BestWeights!,
    };
}
