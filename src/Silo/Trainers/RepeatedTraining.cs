using System.Diagnostics;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// Trains a trial once more on the CPU of this machine, in a folder that the ledger does not know. A trainer whose
/// process here dies leaves by itself when its lease expires.
/// </summary>
/// <param name="trainer">The trainer.</param>
/// <param name="dataRoot">Where its images are.</param>
/// <param name="root">The folder below which it trains.</param>
public sealed class RepeatedTraining(TrainerProgram trainer, string dataRoot, string root)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenRenewals = TimeSpan.FromSeconds(5);

    /// <summary>Trains, and waits for the end. A trainer that is still there when this is cancelled is ended.</summary>
    /// <param name="key">The trial.</param>
    /// <param name="spec">Its settings.</param>
    /// <param name="threads">Threads of torch: part of the device class.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The attempt's folder, with the result if the trainer came to one.</returns>
    /// <exception cref="BadInputException">The trainer failed; the message says why.</exception>
    public async Task<AttemptFolder> TrainAsync(
        TrialKey key, TrialSpec spec, int threads, CancellationToken cancellation)
    {
        var folder = AttemptFolder.Of(root, key, 1);
        Directory.CreateDirectory(folder.Path);
        DurableFile.WriteJson(folder.Assignment, new TrialAssignment
        {
            Trial = key,
            Attempt = 1,
            Spec = spec,
            Threads = threads,
            DataRoot = dataRoot,
            LeaseGrace = Grace,
            WaitsForRoom = false,
        });
        folder.RenewLease();
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c", "exec \"$0\" \"$1\" </dev/null >>\"$2\" 2>>\"$3\"", trainer.Path, folder.Path, folder.Stdout,
                folder.Stderr,
            },
            UseShellExecute = false,
        };
        TrainerEnvironment.Prepare(start, threads, gpu: null);
        using var process = Process.Start(start)!;
        try
        {
            await WaitAsync(process, folder, cancellation);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        cancellation.ThrowIfCancellationRequested(); // Ctrl-C reaches the trainer as well.
        if (process.ExitCode == TrainerExit.Completed) return folder;
        var why = StderrSummary.Of(await File.ReadAllTextAsync(folder.Stderr, cancellation)) ?? "no message";
        throw new BadInputException($"the trainer ended with exit code {process.ExitCode}: {why}");
    }

    private static async Task WaitAsync(Process process, AttemptFolder folder, CancellationToken cancellation)
    {
        var exited = process.WaitForExitAsync(cancellation);
        using var renewals = new PeriodicTimer(BetweenRenewals);
        var renewal = renewals.WaitForNextTickAsync(cancellation).AsTask();
        while (await Task.WhenAny(exited, renewal) != exited)
        {
            await renewal;
            folder.RenewLease();
            renewal = renewals.WaitForNextTickAsync(cancellation).AsTask();
        }

        await exited;
    }
}
