using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// What befalls a trainer beside being killed: <c>sbnn run</c> ends with 0 and an undisturbed run's tables all the
/// same.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class FaultTests(FaultTests.QuietRun quiet) : IClassFixture<FaultTests.QuietRun>, IDisposable
{
    private const int SigStop = 19;

    // Some seconds for each of two trials on an idle core: long enough for something to happen in the middle.
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
    public async Task A_trainer_that_hangs_is_ended_by_force_and_its_trial_goes_on()
    {
        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "1");
        await UntilCheckpointAsync();
        var frozen = Assert.Single(_workplace.LiveTrainers());
        Assert.True(Posix.SignalGroup(frozen.Pid, SigStop));

        await EndsAsUndisturbedAsync(run);

        var attempts = Assert.Single(await AttemptsAsync("faulty"), static attempts => attempts.Count > 1);
        Assert.Equal(["hung", "completed"], attempts.Select(static attempt => attempt.Ending));
        Assert.Equal("no event for 10 s: the trainer hung and was killed", attempts[0].Reason);
        Assert.True(attempts[1].ResumedAtEpoch >= 1);
    }

    [Fact]
    public async Task A_trainer_that_runs_out_of_memory_is_tried_again_alone()
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
        Starve(DurableFile.ReadJson<ProcessMark>(hungry!.Process).Pid);

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
    public async Task On_a_full_disk_trials_wait_for_room_and_nothing_is_lost()
    {
        // What says so finds room in the first page of a log that has begun. The other trial's log has none.
        _workplace.ScriptTrainer("grep -q symmetric \"$1/trial.json\" && echo begun >&2\nexec \"$REAL\" \"$1\"");
        var disk = _workplace.MountHome(megabytes: 32);
        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "2");
        await Eventually.UntilAsync(() => _workplace.AttemptFolders(1)
            .Count(static folder => HasWritten(folder, "epoch")) == 2, "the first epoch of each trial");
        disk.FillUp();
        await Eventually.UntilAsync(
            () => _workplace.AttemptFolders(1)
                .Any(static folder => File.ReadAllText(folder.Stderr)
                    .Contains("result.json: the disk is full; waiting for room", StringComparison.Ordinal)),
            "a trainer to wait for room for its result");
        Assert.False(run.HasExited);
        disk.MakeRoom();

        await EndsAsUndisturbedAsync(run);

        Assert.Equal([1, 1], _workplace.Attempts());
        var doctor = await _workplace.VerbAsync("doctor");
        Assert.True(doctor.ExitCode == 0, doctor.Stdout);
    }

    [Fact]
    public async Task Damaged_events_end_the_attempt_and_the_next_goes_on_from_its_checkpoint()
    {
        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "1");
        var folder = await UntilCheckpointAsync();
        // More than what is written over it next.
        await File.AppendAllTextAsync(folder.Events, new string('x', 1 << 16) + "\n", Workplace.Patience);

        await EndsAsUndisturbedAsync(run);

        var attempts = Assert.Single(await AttemptsAsync("faulty"), static attempts => attempts.Count > 1);
        Assert.Equal(["crashed", "completed"], attempts.Select(static attempt => attempt.Ending));
        Assert.StartsWith($"{folder.Events}: damaged at byte ", attempts[0].Reason, StringComparison.Ordinal);
        Assert.True(attempts[1].ResumedAtEpoch >= 1);
    }

    [Fact]
    public async Task A_result_that_is_not_its_trial_s_is_not_believed_and_the_next_attempt_finishes_the_trial()
    {
        _workplace.ScriptTrainer(
            """
            "$REAL" "$1"; code=$?
            case "$1" in */1) sed -i 's/"bestEpoch": [0-9]*/"bestEpoch": 9/' "$1/result.json" ;; esac
            exit $code
            """);

        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "2");
        await EndsAsUndisturbedAsync(run);

        Assert.All(await AttemptsAsync("faulty"), static attempts =>
        {
            Assert.Equal(["crashed", "completed"], attempts.Select(static attempt => attempt.Ending));
            Assert.EndsWith("/1/result.json: not a result of this trial: its best epoch is 9, but it has 4 epochs", attempts[0].Reason,
                StringComparison.Ordinal);
            Assert.True(attempts[1].ResumedAtEpoch >= 1);
        });
    }

    [Theory]
    [InlineData(">/dev/full 2>&1")]
    [InlineData(">&- 2>&-")]
    public async Task A_log_that_takes_nothing_ends_no_run_but_a_verb_that_is_there_to_print_says_that_it_could_not(
        string redirection)
    {
        _workplace.Redirection = redirection;
        await EndsAsUndisturbedAsync(_workplace.Start(_workplace.WriteSpec(Faulty)));
        Assert.Equal(3, await _workplace.StartVerb("show", "faulty", "--json").WaitAsync());
    }

    [Fact]
    public async Task A_wall_clock_that_jumps_by_days_changes_nothing()
    {
        var clock = new FalseClock(_workplace);
        var run = _workplace.Start(_workplace.WriteSpec(Faulty));
        await UntilCheckpointAsync();
        clock.Set(TimeSpan.FromDays(2));
        await Eventually.UntilAsync(() => Times().Max() > DateTimeOffset.UtcNow.AddDays(1), "an event in the future");
        clock.Set(TimeSpan.FromDays(-3));
        await EndsAsUndisturbedAsync(run);

        Assert.True(Times().Min() < DateTimeOffset.UtcNow.AddDays(-2), "no event in the past");
        Assert.All(await AttemptsAsync("faulty"),
            static attempts => Assert.Equal("completed", Assert.Single(attempts).Ending));

        IEnumerable<DateTimeOffset> Times() =>
            from folder in _workplace.AttemptFolders(1)
            from line in File.ReadAllText(folder.Events).Split('\n')[..^1]
            select JsonSerializer.Deserialize<TrainerEvent>(line, SbnnJson.Options)!.At;
    }

    [Fact]
    public async Task While_another_process_keeps_the_ledger_locked_a_run_waits_and_a_verb_says_why_it_did_nothing()
    {
        // A ledger that is there already. What is to be trained comes under the lock.
        var spec = _workplace.WriteSpec(Faulty);
        using var other = new Workplace();
        foreach (var workplace in (Workplace[])[_workplace, other])
            Assert.Equal(0, (await workplace.RunAsync(workplace.WriteSpec(Short, "first.yaml"))).ExitCode);
        using var stranger = _workplace.LockLedger();
        using var another = other.LockLedger();

        var run = _workplace.Start(spec);
        var pause = await other.VerbAsync("pause", "first");
        Assert.Equal(3, pause.ExitCode);
        Assert.Contains(
            "ledger.db: another process keeps the ledger locked; nothing that was recorded is lost, and the same "
                + "command may be repeated", pause.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", pause.Stderr, StringComparison.Ordinal);

        await Eventually.UntilAsync(() =>
            run.Stderr.Contains("another process keeps the ledger locked; trying again", StringComparison.Ordinal),
            "the run to say what it waits for");
        Assert.Contains("another process holds the write lock; waiting for it", run.Stderr, StringComparison.Ordinal);
        stranger.Dispose();
        await EndsAsUndisturbedAsync(run);
    }

    [Fact]
    public async Task A_damaged_ledger_ends_a_run_with_a_line_that_says_who_knows_more()
    {
        Assert.Equal(0, (await _workplace.RunAsync(_workplace.WriteSpec(Short))).ExitCode);
        var ledger = Path.Combine(_workplace.Home, "ledger.db");
        using (var file = File.OpenHandle(ledger, FileMode.Open, FileAccess.Write))
            RandomAccess.Write(file, new byte[RandomAccess.GetLength(file) - 4096], 4096); // All but the first page.

        var (exitCode, _, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Faulty));

        Assert.Equal(3, exitCode);
        Assert.StartsWith($"{ledger}: the ledger cannot be opened: the ledger's file is damaged (", stderr,
            StringComparison.Ordinal);
        Assert.EndsWith("; `sbnn doctor` says more",
            Assert.Single(stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        var doctor = await _workplace.VerbAsync("doctor");
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains("restore a copy made by sbnn backup", doctor.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_StopsItsTrainersAndExitsWith3_WhenTheHomeIsRemoved()
    {
        var run = _workplace.Start(_workplace.WriteSpec(Faulty), "--slots", "1");
        await UntilCheckpointAsync();
        var trainer = Assert.Single(_workplace.LiveTrainers());
        Directory.Move(_workplace.Home, $"{_workplace.Home}-removed"); // At once, whatever is being written there.

        Assert.Equal(3, await run.WaitAsync());

        Assert.False(trainer.IsAlive());
        Assert.Contains(
            $"{_workplace.Home}/ledger.db: the ledger was removed while an sbnn wrote it, "
                + "so what is recorded from now on would be lost; "
                + "put the file, or a copy made by sbnn backup, back in its place",
            run.Stderr,
            StringComparison.Ordinal);
        Assert.DoesNotContain("the same command goes on", run.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_root_without_room_for_the_images_ends_a_run_with_a_line()
    {
        _workplace.DataRoot = Path.Combine(_workplace.Folder, "data");
        using var disk = SmallDisk.MountOn(_workplace.DataRoot, megabytes: 1);
        var (exitCode, _, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Short));
        Assert.Equal(3, exitCode);
        Assert.Contains("No space left on device",
            Assert.Single(stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PrintsTheTable_WhenItCannotBeWrittenAnyMore()
    {
        // The folder comes in the way while the run trains: before, the run would not have begun.
        _workplace.ScriptTrainer($"mkdir -p '{_workplace.Out}/first/table.md'\nexec \"$REAL\" \"$1\"");

        var (exitCode, stdout, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Short));

        Assert.Equal(3, exitCode);
        Assert.Contains("| all trials |", stdout, StringComparison.Ordinal);
        Assert.Contains("table.md", Assert.Single(stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    // A step takes several times as much: some tensor will be refused. .NET itself must not be, for then it ends the
    // process with no word of ours.
    private static void Starve(int trainer)
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

    // Watches the files, because the terminal may draw an epoch only after the trial has ended.
    private async Task<AttemptFolder> UntilCheckpointAsync()
    {
        AttemptFolder? saved = null;
        await Eventually.UntilAsync(
            () => (saved = _workplace.AttemptFolders(1).FirstOrDefault(HasSavedAnEpoch)) is not null,
            "a checkpoint after the first epoch of a trial");
        return saved!;
    }

    private async Task EndsAsUndisturbedAsync(RunningSbnn run)
    {
        Assert.True(await run.WaitAsync() == 0, run.Stdout + run.Stderr);
        foreach (var file in (string[])["table.md", "table.csv", "layers.csv"])
            Assert.Equal(quiet.Workplace.TableBytes("faulty", file), _workplace.TableBytes("faulty", file));
    }

    private async Task<IReadOnlyList<IReadOnlyList<AttemptProvenance>>> AttemptsAsync(string sweep)
    {
        using var ledger = LedgerReader.Open(Path.Combine(_workplace.Home, "ledger.db"));
        return [.. (await ledger.FindOutcomeAsync(sweep))!.Trials.Select(static trial => trial.Attempts)];
    }

    /// <summary>The same sweep, with nothing in its way.</summary>
    public sealed class QuietRun : IAsyncLifetime
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
