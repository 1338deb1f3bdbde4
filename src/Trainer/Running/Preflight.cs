using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Imaging;
using Sbnn.Sweeps.Trainer.Telemetry;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// The resume check, which finds out whether resuming is exact on this device class. A short trial with the same model,
/// method, precision, width and batch size is trained on generated images of 32×32 pixels without a stop. Then it is trained again with
/// a stop in the middle of its second epoch and a resume in a new process. Resuming is exact when both results have the
/// same bytes. The check is made once for each device class, kind of trial and build of the trainer. Its outcome is
/// stored below <c>&lt;data root&gt;/preflights/</c>.
/// </summary>
internal sealed class Preflight(TrialAssignment assignment, string deviceClass, TimeProvider time)
{
    private const int Epochs = 2;
    private const int LargestBatch = 512; // A larger batch would only make the check slower.
    // The limit of the wait for another process that makes the check. It exists because that process may be suspended.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Called with a text about the progress of the check, for users.</summary>
    public required Action<string> Report { get; init; }

    /// <summary>Called when a short training has made progress.</summary>
    public Action ShowLife { get; init; } = static () => { };

    /// <summary>The trainer's executable.</summary>
    public string Trainer { get; init; } = Environment.ProcessPath!;

    /// <summary>
    /// Makes the check for the kind of the assigned trial, or reads its stored outcome. Null, with the reason on
    /// stderr, when the check could not be made; the trial is trained nevertheless. Throws <see
    /// cref="OperationCanceledException"/> when <paramref name="stop"/> is cancelled.
    /// </summary>
    public async Task<PreflightOutcome?> RunAsync(CancellationToken stop)
    {
        try
        {
            var images = await new DatasetCache(time)
                .PrepareAsync(new PrepareRequest(DatasetKind.Synthetic, Folder: null, assignment.DataRoot), stop);
            var trial = ShortTrialOf(assignment.Spec, images.Digest);
            var folder = FolderOf(trial);
            var outcome = Path.Combine(folder, "outcome.json");
            if (Find(outcome) is { } known) return known;

            Directory.CreateDirectory(folder);
            using var limit = new CancellationTokenSource(LongestWait, time);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
            using var held = await FileLock.WaitAsync(
                Path.Combine(folder, "lock"), () =>
                    Report("waiting for another trial's resume check"), time, wait.Token);
            if (Find(outcome) is { } foundMeanwhile) return foundMeanwhile;
            using var span = TrainerTelemetry.StartPreflight();
            var found = await CompareAsync(trial, folder, stop);
            DurableFile.WriteJson(outcome, found);
            return found;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Stderr.TryWriteLine("the resume check could not be made: another process has been making it for more "
                + $"than {LongestWait.TotalMinutes:0} minutes");
            return null;
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or Win32Exception or BadInputException
                or PreflightIncompleteException)
        {
            Stderr.TryWriteLine($"the resume check could not be made: {error.Message}");
            return null;
        }
    }

    /// <summary>
    /// The short trial that represents all trials of one kind. It has the settings that determine which code runs, and
    /// its training uses every part of a checkpoint.
    /// </summary>
    internal static TrialSpec ShortTrialOf(TrialSpec trial, string digest)
    {
        var batch = Math.Min(trial.BatchSize, LargestBatch);
        // About one and a half batches, so that each epoch ends with a smaller batch. The number is a multiple of the
        // ten classes.
        var images = (((3 * batch / 2) + 9) / 10) * 10;
        while (images % batch == 1) images += 10; // A batch of one image is not allowed.
        return new TrialSpec
        {
            Dataset = DatasetKind.Synthetic,
            DataDigest = digest,
            TrainImages = images,
            TestImages = 100,
            Model = trial.Model,
            Method = trial.Method,
            Recipe = trial.Recipe,
            Width = trial.Width,
            ImageSize = trial.Model.IsForImageNet() ? 32 : trial.ImageSize, // The size of the generated images.
            Precision = trial.Precision,
            Tf32 = trial.Tf32,
            Sparsity = trial.Method.HasPenalty() ? 75 : null,
            Epochs = Epochs,
            BatchSize = batch,
        };
    }

    private async Task<PreflightOutcome> CompareAsync(TrialSpec trial, string folder, CancellationToken stop)
    {
        foreach (var earlier in Directory.EnumerateDirectories(folder)) TryRemove(earlier);
        var work = Path.Combine(folder, $"try-{Guid.NewGuid():N}");
        var (undisturbed, stopped, resumed) = (In("undisturbed"), In("stopped"), In("resumed"));
        var stepsPerEpoch = (trial.TrainImages!.Value + trial.BatchSize - 1) / trial.BatchSize;
        var (stopAfter, steps) = (stepsPerEpoch + 1, Epochs * stepsPerEpoch);

        Report("checking that a stopped training resumes exactly on this device (1 of 3: training without a stop)");
        await TrainAsync(undisturbed, leaveAfter: 0, TrainerExit.Completed);
        Report("checking that a stopped training resumes exactly on this device (2 of 3: training up to a stop)");
        await TrainAsync(stopped, stopAfter, TrainerExit.Stopped);
        Report("checking that a stopped training resumes exactly on this device (3 of 3: resuming after the stop)");
        Directory.CreateDirectory(resumed.Path);
        if (!CheckpointFile.TryCarryOver(stopped, resumed))
            throw new PreflightIncompleteException("the stopped training wrote no checkpoint");
        await TrainAsync(resumed, leaveAfter: 0, TrainerExit.Completed);

        var (expected, found) = (Sha256Of(undisturbed), Sha256Of(resumed));
        var when = string.Create(CultureInfo.InvariantCulture,
            $"after a stop at step {stopAfter} of {steps} and a resume in a new process");
        if (expected != found)
            return new PreflightOutcome(deviceClass, trial, IsExact: false,
                $"{when}, the result has the SHA-256 {found}, but the training without a stop gave {expected}; "
                    + $"the files of both are in {work}");
        TryRemove(work);
        return new PreflightOutcome(
            deviceClass, trial, IsExact: true,
            $"{when}, the result has the same SHA-256 as the training without a stop: {found}");

        AttemptFolder In(string name) => new(Path.Combine(work, name));

        Task TrainAsync(AttemptFolder attempt, int leaveAfter, int expectedExit) =>
            RunTrainerAsync(attempt, trial, leaveAfter, expectedExit, stop);
    }

    // An error is only reported, because each check has a folder of its own. The folder of a check that was killed may
    // still be written for a moment by one of its processes.
    private static void TryRemove(string work)
    {
        try
        {
            Directory.Delete(work, recursive: true);
        }
        catch (IOException error)
        {
            Stderr.TryWriteLine($"{work}: the folder cannot be removed: {error.Message}; remove it by hand");
        }
    }

    private static PreflightOutcome? Find(string outcome)
    {
        try
        {
            return File.Exists(outcome) ? DurableFile.ReadJson<PreflightOutcome>(outcome) : null;
        }
        catch (BadInputException)
        {
            return null; // The stored outcome is damaged, so the check is made again.
        }
    }

    // Trains the short trial in a new process. It belongs to this trainer's process group, so a signal that ends this
    // trainer ends it, too.
    private async Task RunTrainerAsync(
        AttemptFolder attempt, TrialSpec trial, int leaveAfter, int expectedExit, CancellationToken stop)
    {
        Directory.CreateDirectory(attempt.Path);
        DurableFile.WriteJson(attempt.Assignment, new TrialAssignment
        {
            Trial = TrialKey.Of(trial),
            Attempt = 1,
            Spec = trial,
            Threads = assignment.Threads,
            Device = assignment.Device,
            DataRoot = assignment.DataRoot,
            LeaseGrace = assignment.LeaseGrace,
            CheckpointEvery = TimeSpan.Zero,
            WaitsForRoom = false, // The user cannot see this process, so a silent wait would look like a hang.
            LeaveAfterSteps = leaveAfter,
        });
        var start = new ProcessStartInfo(Trainer, [attempt.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        // Spans of the short training would look like those of a sweep's trial, so they are not exported.
        start.Environment["OTEL_SDK_DISABLED"] = "true";
        var seen = attempt.SignOfLife();
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) =
                (process.StandardOutput.ReadToEndAsync(CancellationToken.None),
                    process.StandardError.ReadToEndAsync(CancellationToken.None));
            var exited = process.WaitForExitAsync(stop);
            while (await Task.WhenAny(exited, Task.Delay(TimeSpan.FromSeconds(1), time, stop)) != exited)
            {
                attempt.RenewLease(); // The short training exits when this process no longer renews it.
                if (attempt.SignOfLife() is var sign && sign != seen) ShowLife();
                seen = sign;
            }

            await exited;
            await output;
            if (process.ExitCode == expectedExit) return;
            // The signal was sent to the process group, so it will also reach this process. The delay waits for it.
            if (process.ExitCode == TrainerExit.Stopped) await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
            var stderr = (await error).Trim();
            throw new PreflightIncompleteException(
                string.Create(CultureInfo.InvariantCulture,
                    $"the short training ended with exit code {process.ExitCode}: {stderr}"));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit(); // The process must be gone before this method returns.
            }
        }
    }

    // The folder's name includes the builds of the assemblies, because another build may resume differently, even with
    // the same numerics.
    private string FolderOf(TrialSpec trial)
    {
        var builds = new[] { typeof(Preflight), typeof(TrialSpec) }.Select(
            static type => type.Assembly.ManifestModule.ModuleVersionId.ToString());
        var kind = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', builds.Prepend(deviceClass))));
        return Path.Combine(Path.GetFullPath(assignment.DataRoot), "preflights",
            $"{TrialKey.Of(trial).Short}-{Convert.ToHexStringLower(kind)[..12]}");
    }

    private static string Sha256Of(AttemptFolder attempt) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(attempt.Result)));

    /// <summary>The check could not be completed.</summary>
    private sealed class PreflightIncompleteException(string message) : Exception(message);
}

/// <summary>The outcome of a resume check.</summary>
/// <param name="DeviceClass">The device class on which the check was made.</param>
/// <param name="Trial">The short trial.</param>
/// <param name="IsExact">True when both results had the same bytes.</param>
/// <param name="Detail">A sentence that says what was compared.</param>
internal sealed record PreflightOutcome(string DeviceClass, TrialSpec Trial, bool IsExact, string Detail);
