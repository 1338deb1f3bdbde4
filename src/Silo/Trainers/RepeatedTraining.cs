using System.Diagnostics;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// Trains a trial once more on the CPU of this machine, in a folder that is not in the ledger. If this process dies,
/// the trainer exits automatically when its lease ends.
/// </summary>
/// <param name="trainer">The trainer.</param>
/// <param name="dataRoot">The folder of the trial's images.</param>
/// <param name="root">The folder below which the attempt's folder is created.</param>
public sealed class RepeatedTraining(TrainerProgram trainer, string dataRoot, string root)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenRenewals = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Trains the trial and waits until the trainer has ended. A cancellation stops a trainer that still runs.
    /// </summary>
    /// <param name="key">The trial.</param>
    /// <param name="spec">The trial's settings.</param>
    /// <param name="threads">The number of torch's threads, which is part of the device class.</param>
    /// <param name="cancellation">Cancels the training.</param>
    /// <returns>The attempt's folder, which contains the result if the trainer produced one.</returns>
    /// <exception cref="BadInputException">The trainer failed; the message contains the reason.</exception>
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
