using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// A copy of the home that commit ee4ed76, an earlier version, left in the middle of a sweep (<c>homes/README.md</c>).
/// This build continues it: a trainer trains one trial as if the killed head had started it, and <c>sbnn run</c>
/// continues all sweeps. Then the tests run commands on the home, and compare it with the home of an undisturbed run.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class KeptHome : IAsyncLifetime
{
    /// <summary>The data root in the <c>trial.json</c> files of the kept home.</summary>
    private const string KeptDataRoot = "/tmp/sbnn-kept-home/data";

    private const int SigStop = 19, SigContinue = 18;

    private static readonly string Kept = Path.Combine(AppContext.BaseDirectory, "homes");

    private readonly Workplace _undisturbed = new();

    internal Workplace Workplace { get; } = new();

    /// <summary>The keys that ee4ed76 computed for the trials of the sweep <c>kept</c>, in the grid's order.</summary>
    internal static IReadOnlyList<string> Keys { get; } =
    [
        "3c17f80cbe213adb9928998c4c4fc58ce0d52d79d55179903bccf2b3c6782927",
        "091d7147bfbe81d06f68c95908e06c1aff8a8c26e30bd390332fc2434a317999",
        "d47e428e340d2c3b7d016d8e5b0cefa597cd450b1e502efdc224fa9c30c52043",
        "00d4d5bd6fae26a1271f4bf136614bc334d4766bf3ef6338a389d9fe77e1d240",
        "5951f160997dacfcceeea5f558688904aea7672ecfbbc0068c4121d755912720",
        "c39dad2b8678236d71f853c0f10c400d1bd769b46b252e72da614543c237bd9d",
    ];

    /// <summary>The number of events of the running trial's attempt when <c>sbnn run</c> began.</summary>
    internal int EventsBefore { get; private set; }

    /// <summary>The process ID of the trainer that was running when <c>sbnn run</c> began.</summary>
    internal int TrainerPid { get; private set; }

    internal (int ExitCode, string Stdout, string Stderr) Run { get; private set; }

    public async ValueTask InitializeAsync()
    {
        // The undisturbed run is first, because its images and its check of resuming are also used by the other home.
        AssertSucceeded(await _undisturbed.RunAsync(Spec("open"), "--slots", "2", "--threads", "1"));
        Restore();
        StartTrainer(AttemptOf(6));
        TrainerPid = await FreezeDuringTrainingAsync(AttemptOf(6));
        EventsBefore = LinesOf(AttemptOf(6)).Length;
        Run = await ContinueAsync(TrainerPid);
        AssertSucceeded(Run);
        foreach (var sweep in (string[])["finished", "open"])
            AssertSucceeded(await Workplace.RunAsync(Spec(sweep), "--slots", "2", "--threads", "1"));
    }

    public ValueTask DisposeAsync()
    {
        Workplace.Dispose();
        _undisturbed.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A report file that this build wrote for the kept home, and the same file as ee4ed76 wrote it.</summary>
    internal (byte[] Expected, byte[] Found) AsKept(string sweep, string file) =>
        (File.ReadAllBytes(Path.Combine(Kept, "expected", sweep, file)), Workplace.TableBytes(sweep, file));

    /// <summary>A report file of the upgraded home, and the same file of a home with an uninterrupted run.</summary>
    internal (byte[] Expected, byte[] Found) AsUndisturbed(string sweep, string file) =>
        (_undisturbed.TableBytes(sweep, file), Workplace.TableBytes(sweep, file));

    /// <summary>A trial of the sweep <c>kept</c>, counted from 1, in the sweep's manifest.</summary>
    internal JsonElement Trial(int number) =>
        JsonSerializer.Deserialize<JsonElement>(Workplace.TableBytes("kept", "manifest.json"))
            .GetProperty("trials")[number - 1];

    /// <summary>The folder of a trial's attempt, both counted from 1.</summary>
    internal string AttemptOf(int number, int attempt = 1) =>
        Path.Combine(Workplace.Trials, Keys[number - 1], $"{attempt}");

    internal static string[] LinesOf(string attempt) => File.ReadAllLines(Path.Combine(attempt, "events.ndjson"));

    private static string Spec(string sweep) => Path.Combine(Kept, "specs", $"{sweep}.yaml");

    private void Restore()
    {
        using (var file = File.OpenRead(Path.Combine(Kept, "home.tar.gz")))
        using (var archive = new GZipStream(file, CompressionMode.Decompress))
            TarFile.ExtractToDirectory(archive, Workplace.Folder, overwriteFiles: false);

        foreach (var assignment in Directory.GetFiles(Workplace.Trials, "trial.json", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(assignment);
            Assert.Contains($"\"{KeptDataRoot}\"", text, StringComparison.Ordinal);
            File.WriteAllText(assignment, text.Replace(KeptDataRoot, Workplace.DataRoot, StringComparison.Ordinal));
        }
    }

    // Starts a trainer on the attempt's existing files with the same command line as ee4ed76 used.
    private static void StartTrainer(string attempt)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c", "exec setsid \"$0\" \"$1\" </dev/null >>\"$2\" 2>>\"$3\"",
                TrainerProgram.Find().Path, attempt, Path.Combine(attempt, "stdout.log"),
                Path.Combine(attempt, "stderr.log"),
            },
            UseShellExecute = false,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        foreach (var name in (string[])["OMP_THREAD_LIMIT", "OMP_DYNAMIC", "TRACEPARENT", "TRACESTATE"])
            start.Environment.Remove(name);
        Process.Start(start)!.Dispose();
    }

    // Freezes the trainer after some steps, so that it is still training when sbnn looks for it, even on a fast
    // machine.
    private async Task<int> FreezeDuringTrainingAsync(string attempt)
    {
        var kept = LinesOf(attempt).Length;
        await Eventually.UntilAsync(
            () => LinesOf(attempt).Skip(kept)
                .SkipWhile(static line => !line.StartsWith("{\"$type\":\"started\"", StringComparison.Ordinal))
                .Count() > 1,
            "the trainer to train");
        // The name "lock" is written out, because other versions lock the same file, so the name must not change.
        Assert.True(FileLock.IsHeld(Path.Combine(attempt, "lock")));
        var trainer = Assert.Single(Workplace.LiveTrainers());
        Assert.True(Posix.SignalGroup(trainer.Pid, SigStop));
        return trainer.Pid;
    }

    private async Task<(int ExitCode, string Stdout, string Stderr)> ContinueAsync(int trainer)
    {
        var lease = Path.Combine(AttemptOf(6), "lease");
        var before = await File.ReadAllTextAsync(lease, Workplace.Cancellation);
        var run = Workplace.Start(Spec("kept"), "--slots", "2", "--threads", "1");
        await Eventually.UntilAsync(() => run.HasExited || File.ReadAllText(lease) != before,
            "the run to renew the trainer's lease");
        Assert.Equal(trainer, Assert.Single(Workplace.LiveTrainers(), mark => mark.Pid == trainer).Pid);
        Assert.True(Posix.SignalGroup(trainer, SigContinue));
        return (await run.WaitAsync(), run.Stdout, run.Stderr);
    }

    private static void AssertSucceeded((int ExitCode, string Stdout, string Stderr) run) =>
        Assert.True(run.ExitCode == 0, run.Stdout + run.Stderr);
}
