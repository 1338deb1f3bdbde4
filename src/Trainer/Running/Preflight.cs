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
/// Shows whether resuming is exact here: a short trial of the same model, method, precision, width and batch size is
/// trained on generated images, undisturbed; then again with a stop in the middle of its second epoch, the rest in a
/// process of its own. The two results must
/// be the same bytes. Made once for each device class, such trial and build of the trainer; what it found is kept below
/// <c>&lt;data root&gt;/preflights/</c>.
/// </summary>
internal sealed class Preflight(TrialAssignment assignment, string deviceClass, TimeProvider time)
{
    private const int Epochs = 2;
    private const int LargestBatch = 512; // More of the generated images are not worth their time.
    // For another process, which may be stopped.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Told, in words for people, what takes its time.</summary>
    public required Action<string> Tell { get; init; }

    /// <summary>Called while a short training does something.</summary>
    public Action ShowLife { get; init; } = static () => { };

    /// <summary>The trainer's executable.</summary>
    public string Trainer { get; init; } = Environment.ProcessPath!;

    /// <summary>
    /// What the preflight of the assigned trial's kind finds, or found earlier. Null, with the reason on stderr, when
    /// it could not be made: that keeps no trial from being trained. Throws <see cref="OperationCanceledException"/>.
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
                    Tell("waits for the resume check that another trial makes"), time, wait.Token);
            if (Find(outcome) is { } foundMeanwhile) return foundMeanwhile;
            using var span = TrainerTelemetry.StartPreflight();
            var found = await CompareAsync(trial, folder, stop);
            DurableFile.WriteJson(outcome, found);
            return found;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Stderr.TrySay("whether resuming is exact here could not be checked: another process is at it for more "
                + $"than {LongestWait.TotalMinutes:0} minutes");
            return null;
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or Win32Exception or BadInputException
                or PreflightIncompleteException)
        {
            Stderr.TrySay($"whether resuming is exact here could not be checked: {error.Message}");
            return null;
        }
    }

    /// <summary>
    /// The short trial that stands for a trial: what chooses the code that runs is the trial's own, and all that a
    /// checkpoint carries is in use.
    /// </summary>
    internal static TrialSpec ShortTrialOf(TrialSpec trial, string digest)
    {
        var batch = Math.Min(trial.BatchSize, LargestBatch);
        var images = (((3 * batch / 2) + 9) / 10) * 10; // Of ten classes, so that each epoch ends with a smaller batch.
        while (images % batch == 1) images += 10; // No batch of one.
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

        Tell("checks that a stopped training resumes exactly here, 1 of 3: undisturbed");
        await TrainAsync(undisturbed, leaveAfter: 0, TrainerExit.Completed);
        Tell("checks that a stopped training resumes exactly here, 2 of 3: up to the stop");
        await TrainAsync(stopped, stopAfter, TrainerExit.Stopped);
        Tell("checks that a stopped training resumes exactly here, 3 of 3: from there on");
        Directory.CreateDirectory(resumed.Path);
        if (!CheckpointFile.TryCarryOver(stopped, resumed))
            throw new PreflightIncompleteException("the stopped training left no checkpoint");
        await TrainAsync(resumed, leaveAfter: 0, TrainerExit.Completed);

        var (expected, found) = (Sha256Of(undisturbed), Sha256Of(resumed));
        var when = string.Create(CultureInfo.InvariantCulture,
            $"stopped after step {stopAfter} of {steps} and gone on in a process of its own");
        if (expected != found)
            return new PreflightOutcome(deviceClass, trial, IsExact: false,
                $"{when}, the result has the SHA-256 {found}, undisturbed {expected}; both are in {work}");
        TryRemove(work);
        return new PreflightOutcome(
            deviceClass, trial, IsExact: true, $"{when}, the result has the SHA-256 of the undisturbed one: {found}");

        AttemptFolder In(string name) => new(Path.Combine(work, name));

        Task TrainAsync(AttemptFolder attempt, int leaveAfter, int expectedExit) =>
            RunTrainerAsync(attempt, trial, leaveAfter, expectedExit, stop);
    }

    // Each try has a folder of its own: of one that was killed, a process may live on for a moment, and write.
    private static void TryRemove(string work)
    {
        try
        {
            Directory.Delete(work, recursive: true);
        }
        catch (IOException error)
        {
            Stderr.TrySay($"{work}: left behind: {error.Message}");
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
            return null; // Damaged from outside: made again.
        }
    }

    // A process of this one's group: who ends the trainer ends it too.
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
            WaitsForRoom = false, // Nobody would see for what.
            LeaveAfterSteps = leaveAfter,
        });
        var start = new ProcessStartInfo(Trainer, [attempt.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment["OTEL_SDK_DISABLED"] = "true"; // Its epochs are nobody's.
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
                attempt.RenewLease(); // Nobody else does when this process is killed.
                if (attempt.SignOfLife() is var sign && sign != seen) ShowLife();
                seen = sign;
            }

            await exited;
            await output;
            if (process.ExitCode == expectedExit) return;
            // The signal to its group is on its way here.
            if (process.ExitCode == TrainerExit.Stopped) await Task.Delay(TimeSpan.FromSeconds(1), time, stop);
            var said = (await error).Trim();
            throw new PreflightIncompleteException(
                string.Create(CultureInfo.InvariantCulture,
                    $"the short training ended with exit code {process.ExitCode}: {said}"));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit(); // Leaves nothing behind, not even for a moment.
            }
        }
    }

    // Other builds may resume otherwise, though their numerics are the same.
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

    /// <summary>A part of the preflight did not come to its end.</summary>
    private sealed class PreflightIncompleteException(string message) : Exception(message);
}

/// <summary>What a preflight found.</summary>
/// <param name="DeviceClass">On which device class.</param>
/// <param name="Trial">The short trial.</param>
/// <param name="IsExact">True when both results were the same bytes.</param>
/// <param name="Detail">What was compared, in a sentence.</param>
internal sealed record PreflightOutcome(string DeviceClass, TrialSpec Trial, bool IsExact, string Detail);
