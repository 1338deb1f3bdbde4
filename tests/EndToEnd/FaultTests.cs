using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// Tests faults other than kills. After each transient fault <c>sbnn run</c> must exit with 0 and write the tables of
/// an undisturbed run.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class FaultTests(
    FaultTests.UndisturbedRun undisturbed) : IClassFixture<FaultTests.UndisturbedRun>, IDisposable
{
    private const int SigStop = 19;

    // Each of the two trials takes some seconds on an idle core, so that a fault can occur during the training.
    private const string Faulty = """
        name: faulty
        trial: {dataset: synthetic, train-images: 300, test-images: 50, width: 4, epochs: 4, batch-size: 20, learning-rate: 0.005, mixup: 0}
        axes:
          - domain: [symmetric, learned]
        seeds: [1]
        run: {backoff: 100ms, checkpoint-every: 2s, hang-after: 10s}
        """;

    private const string Short =
        "{name: first, trial: {dataset: synthetic, train-images: 20, test-images: 10, width: 1, epochs: 1, batch-size: "
            + "10}, seeds: [1]}";

    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Run_KillsAHungTrainer_AndResumesItsTrial()
    {
        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "1");
        await UntilCheckpointAsync();
        var frozen = Assert.Single(_workplace.LiveTrainers());
        Assert.True(Posix.SignalGroup(frozen.Pid, SigStop));

        await AssertEndsAsUndisturbedAsync(run);

        var attempts = Assert.Single(await AttemptsAsync("faulty"), static attempts => attempts.Count > 1);
        Assert.Equal(["hung", "completed"], attempts.Select(static attempt => attempt.Ending));
        Assert.StartsWith("no event for 10 s: ", attempts[0].Reason, StringComparison.Ordinal);
        Assert.True(attempts[1].ResumedAtEpoch >= 1);
    }

    [Fact]
    public async Task Run_RetriesATrialAlone_WhenItRanOutOfMemory()
    {
        var spec = _workplace.WriteSpec(
            """
            name: hungry
            trial: {dataset: synthetic, train-images: 400, test-images: 20, width: 16, epochs: 1, batch-size: 400, mixup: 0}
            seeds: [1, 2]
            run: {backoff: 100ms}
            """);
        var run = _workplace.Start(spec, "--slots", "2");
        AttemptFolder? hungry = null;
        await Eventually.UntilAsync(() =>
            (hungry = _workplace.AttemptFolders(1).FirstOrDefault(static folder => HasWritten(folder, "started")))
                is not null, "a trainer to begin its first step");
        LimitMemory(DurableFile.ReadJson<ProcessMark>(hungry!.Process).Pid);

        Assert.True(await run.WaitAsync() == 0, run.Stdout + run.Stderr);

        var trials = await AttemptsAsync("hungry");
        var retried = Assert.Single(trials, static attempts => attempts.Count > 1);
        Assert.Equal(["out-of-memory", "completed"], retried.Select(static attempt => attempt.Ending));
        var other = Assert.Single(Assert.Single(trials, static attempts => attempts.Count == 1));
        Assert.True(other.EndedAt <= retried[1].StartedAt, "the retry began while another trial was being trained");
        var shown = (await _workplace.JsonAsync("show", "hungry")).GetProperty("trials").EnumerateArray();
        Assert.Equal(1, shown.Count(static trial => trial.GetProperty("runsAlone").GetBoolean()));
    }

    [Fact]
    public async Task Run_WaitsForDiskSpace_WhenTheDiskIsFull()
    {
        // One trial writes to its log before the disk is full, so that its message about the full disk fits into the
        // log's first page. The other trial's log stays empty, and its message is lost.
        _workplace.ScriptTrainer("grep -q symmetric \"$1/trial.json\" && echo begun >&2\nexec \"$REAL\" \"$1\"");
        var disk = _workplace.MountHome(megabytes: 32);
        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "2");
        await Eventually.UntilAsync(() => _workplace.AttemptFolders(1)
            .Count(static folder => HasWritten(folder, "epoch")) == 2, "the first epoch of each trial");
        disk.FillUp();
        await Eventually.UntilAsync(
            () => _workplace.AttemptFolders(1)
                .Any(static folder => File.ReadAllText(folder.Stderr)
                    .Contains("result.json: the disk is full; waiting for free space", StringComparison.Ordinal)),
            "a trainer to wait for room for its result");
        Assert.False(run.HasExited);
        disk.MakeRoom();

        await AssertEndsAsUndisturbedAsync(run);

        Assert.Equal([1, 1], _workplace.Attempts());
        var doctor = await _workplace.CommandAsync("doctor");
        Assert.True(doctor.ExitCode == 0, doctor.Stdout);
    }

    [Fact]
    public async Task Run_ResumesFromTheCheckpoint_WhenEventsAreDamaged()
    {
        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "1");
        var folder = await UntilCheckpointAsync();
        // The trainer is stopped, so that it cannot finish before the head reads the damage.
        Assert.True(Posix.SignalGroup(Assert.Single(_workplace.LiveTrainers()).Pid, SigStop));
        await File.AppendAllTextAsync(folder.Events, new string('x', 1 << 16) + "\n", Workplace.Cancellation);

        await AssertEndsAsUndisturbedAsync(run);

        var attempts = Assert.Single(await AttemptsAsync("faulty"), static attempts => attempts.Count > 1);
        Assert.Equal(["crashed", "completed"], attempts.Select(static attempt => attempt.Ending));
        Assert.StartsWith($"{folder.Events}: damaged at byte ", attempts[0].Reason, StringComparison.Ordinal);
        Assert.True(attempts[1].ResumedAtEpoch >= 1);
    }

    [Fact]
    public async Task Run_RejectsAnInvalidResult_AndFinishesInTheNextAttempt()
    {
        _workplace.ScriptTrainer(
            """
            "$REAL" "$1"; code=$?
            case "$1" in */1) sed -i 's/"bestEpoch": [0-9]*/"bestEpoch": 9/' "$1/result.json" ;; esac
            exit $code
            """);

        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "2");
        await AssertEndsAsUndisturbedAsync(run);

        Assert.All(await AttemptsAsync("faulty"), static attempts =>
        {
            Assert.Equal(["crashed", "completed"], attempts.Select(static attempt => attempt.Ending));
            Assert.EndsWith("/1/result.json: not a result of this trial: its best epoch is 9, but it has 4 epochs",
                attempts[0].Reason,
                StringComparison.Ordinal);
            Assert.True(attempts[1].ResumedAtEpoch >= 1);
        });
    }

    [Theory]
    [InlineData(">/dev/full 2>&1")]
    [InlineData(">&- 2>&-")]
    public async Task Run_SucceedsAndShowExitsWith3_WhenStdoutIsFullOrClosed(
        string redirection)
    {
        _workplace.Redirection = redirection;
        await AssertEndsAsUndisturbedAsync(_workplace.Start(_workplace.WriteSpec(Faulty)));
        Assert.Equal(3, await _workplace.StartCommand("show", "faulty", "--json").WaitAsync());
    }

    [Fact]
    public async Task Run_EndsLikeAnUndisturbedRun_WhenTheWallClockJumps()
    {
        var clock = new FalseClock(_workplace);
        clock.Set(TimeSpan.FromDays(2));
        // With one slot the second trial starts after the clock was set back, so its times are before the head's start.
        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "1");
        await UntilCheckpointAsync();
        clock.Set(TimeSpan.FromDays(-3));
        await Eventually.UntilAsync(() => Times().Min() < DateTimeOffset.UtcNow.AddDays(-2),
            "an event with a time in the past");
        clock.Set(TimeSpan.FromDays(1));
        await AssertEndsAsUndisturbedAsync(run);

        Assert.True(Times().Max() > DateTimeOffset.UtcNow.AddDays(1), "no event has a time in the future");
        Assert.All(await AttemptsAsync("faulty"),
            static attempts => Assert.Equal("completed", Assert.Single(attempts).Ending));

        IEnumerable<DateTimeOffset> Times() =>
            from folder in _workplace.AttemptFolders(1)
            where File.Exists(folder.Events) // A trainer creates the file a moment after its folder.
            from line in File.ReadAllText(folder.Events).Split('\n')[..^1]
            select JsonSerializer.Deserialize<TrainerEvent>(line, SbnnJson.Options)!.At;
    }

    [Fact]
    public async Task Run_WaitsAndPauseExitsWith3_WhileTheLedgerIsLocked()
    {
        // A first run creates the ledger. The sweep is submitted while another process locks the ledger.
        var spec = _workplace.WriteSpec(Faulty);
        using var other = new Workplace();
        foreach (var workplace in (Workplace[])[_workplace, other])
            Assert.Equal(0, (await workplace.RunAsync(workplace.WriteSpec(Short, "first.yaml"))).ExitCode);
        using var stranger = _workplace.LockLedger();
        using var another = other.LockLedger();

        var run = _workplace.Start(spec);
        var pause = await other.CommandAsync("pause", "first");
        Assert.Equal(3, pause.ExitCode);
        Assert.Contains(
            $"ledger.db: {LedgerUnavailableException.Locked}; {SbnnCommand.RetryAdvice}",
            pause.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", pause.Stderr, StringComparison.Ordinal);

        await Eventually.UntilAsync(() =>
            run.Stderr.Contains($"{LedgerUnavailableException.Locked}; retrying", StringComparison.Ordinal),
            "the run to report what it waits for");
        Assert.Contains("another process holds the ledger's write lock; waiting", run.Stderr, StringComparison.Ordinal);
        stranger.Dispose();
        await AssertEndsAsUndisturbedAsync(run);
    }

    [Fact]
    public async Task Run_ExitsWith3AndSuggestsDoctor_WhenTheLedgerIsDamaged()
    {
        Assert.Equal(0, (await _workplace.RunAsync(_workplace.WriteSpec(Short))).ExitCode);
        var ledger = Path.Combine(_workplace.Home, "ledger.db");
        using (var file = File.OpenHandle(ledger, FileMode.Open, FileAccess.Write))
            // Overwrites all pages of the ledger except the first one.
            RandomAccess.Write(file, new byte[RandomAccess.GetLength(file) - 4096], 4096);

        var (exitCode, _, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Faulty));

        Assert.Equal(3, exitCode);
        Assert.StartsWith($"{ledger}: the ledger cannot be opened: the ledger's file is damaged (", stderr,
            StringComparison.Ordinal);
        Assert.EndsWith("; run `sbnn doctor` for details",
            Assert.Single(stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        var doctor = await _workplace.CommandAsync("doctor");
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains("restore a copy made by sbnn backup", doctor.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_StopsItsTrainersAndExitsWith3_WhenTheHomeIsRemoved()
    {
        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "1");
        await UntilCheckpointAsync();
        var trainer = Assert.Single(_workplace.LiveTrainers());
        // The home is renamed rather than deleted, because a rename succeeds while files are being written.
        Directory.Move(_workplace.Home, $"{_workplace.Home}-removed");

        Assert.Equal(3, await run.WaitAsync());

        Assert.False(trainer.IsAlive());
        var loss = LedgerUnavailableException.OfLoss($"{_workplace.Home}/ledger.db", "removed");
        Assert.Contains(
            $"{loss.Message}; {loss.Remedy}", run.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain(RunReport.StoppedMessage, run.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ExitsWith3AndPrintsOneLine_WhenTheDataRootIsFull()
    {
        _workplace.DataRoot = Path.Combine(_workplace.Folder, "data");
        using var disk = SmallDisk.MountOn(_workplace.DataRoot, megabytes: 1);
        var (exitCode, _, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Short));
        Assert.Equal(3, exitCode);
        Assert.Contains("No space left on device",
            Assert.Single(stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PrintsTheTable_WhenItsFileCanNoLongerBeWritten()
    {
        // The trainer creates the folder, because a run would not start if the folder already existed.
        _workplace.ScriptTrainer($"mkdir -p '{_workplace.Out}/first/table.md'\nexec \"$REAL\" \"$1\"");

        var (exitCode, stdout, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Short));

        Assert.Equal(3, exitCode);
        Assert.Contains("| all trials |", stdout, StringComparison.Ordinal);
        Assert.Contains("table.md", Assert.Single(stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    // Limits the trainer's memory to less than a training step needs, so that the allocation of a tensor fails. The
    // limit leaves enough memory for .NET itself, which would otherwise end the process without our message.
    private static void LimitMemory(int trainer)
    {
        var size = File.ReadLines($"/proc/{trainer}/status")
            .Single(static line => line.StartsWith("VmSize:", StringComparison.Ordinal));
        var kilobytes =
            long.Parse(size.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture);
        using var prlimit =
            Process.Start("prlimit",
                [$"--pid={trainer}",
                    string.Create(CultureInfo.InvariantCulture, $"--as={(kilobytes << 10) + (100 << 20)}")]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }

    private static bool HasWritten(AttemptFolder folder, string kind) =>
        File.Exists(folder.Events) && File.ReadAllText(folder.Events)
            .Contains($"\"$type\":\"{kind}\"", StringComparison.Ordinal);

    private static bool HasSavedAnEpoch(AttemptFolder folder) =>
        File.Exists(folder.Events) && File.ReadAllText(folder.Events).Split('\n')[..^1]
            .Select(static line => JsonSerializer.Deserialize<TrainerEvent>(line, SbnnJson.Options))
            .Any(static written => written is CheckpointWritten { Epoch: > 0 });

    // Waits for a trial's checkpoint. It watches the files, because the terminal may show an epoch only after the trial
    // has ended.
    private async Task<AttemptFolder> UntilCheckpointAsync()
    {
        AttemptFolder? saved = null;
        await Eventually.UntilAsync(
            () => (saved = _workplace.AttemptFolders(1).FirstOrDefault(HasSavedAnEpoch)) is not null,
            "a checkpoint after the first epoch of a trial");
        return saved!;
    }

    private async Task AssertEndsAsUndisturbedAsync(RunningSbnn run)
    {
        Assert.True(await run.WaitAsync() == 0, run.Stdout + run.Stderr);
        foreach (var file in (string[])["table.md", "table.csv", "layers.csv"])
            Assert.Equal(undisturbed.Workplace.TableBytes("faulty", file), _workplace.TableBytes("faulty", file));
    }

    private async Task<IReadOnlyList<IReadOnlyList<AttemptProvenance>>> AttemptsAsync(string sweep)
    {
        using var ledger = LedgerReader.Open(Path.Combine(_workplace.Home, "ledger.db"));
        return [.. (await ledger.FindOutcomeAsync(sweep))!.Trials.Select(static trial => trial.Attempts)];
    }

    /// <summary>A run of the same sweep without faults.</summary>
    public sealed class UndisturbedRun : IAsyncLifetime
    {
        internal Workplace Workplace { get; } = new();

        public async ValueTask InitializeAsync()
        {
            var run = await Workplace.RunAsync(Workplace.WriteSpec(Faulty));
            Assert.True(run.ExitCode == 0, run.Stdout + run.Stderr);
        }

        public ValueTask DisposeAsync()
        {
            Workplace.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
