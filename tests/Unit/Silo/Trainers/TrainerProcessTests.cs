using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trainers;

/// <summary>
/// Tests how the ends of real processes are classified. The trainers are shell scripts, because these tests need no
/// training.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class TrainerProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sbnn-trainers-");
    private readonly TrialKey _trial = TrialKey.Of(Spec);
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);

    private static TrialSpec Spec { get; } = new() { DataDigest = "none", Epochs = 1 };

    private AttemptFolder Attempt => AttemptFolder.Of(_folder.FullName, _trial, 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task FindEnd_KillsATrainer_WhenItIsSuspendedLongerThanTheLimit()
    {
        var trainer = await StartAsync("echo started >\"$1/ready\"\nwhile :; do sleep 1000; done", hangAfter: 60);
        await UntilAsync(() => File.Exists(Path.Combine(Attempt.Path, "ready")), trainer);
        var group = ProcessMark.Of(Pid);
        Posix.SignalGroup(group.Pid, 19); // SIGSTOP, which a process can neither handle nor ignore.
        Assert.Null(trainer.FindEnd());

        Watch(trainer, seconds: 59);
        Assert.True(group.HasLivingGroup());

        _clock.Advance(TimeSpan.FromSeconds(1));
        var end = await EndOf(trainer);

        Assert.Equal((AttemptEnding.Hung, 137, "no event for 1 min 0 s: the trainer hung and was killed"),
            (end.Ending, end.ExitCode, end.Reason));
        Assert.False(group.HasLivingGroup());
    }

    [Fact]
    public async Task FindEnd_CountsEveryEventAsASignOfLife_AndNeedsNoneWithoutALimit()
    {
        var trainer = await StartAsync("echo >\"$1/ready\"\nsleep 1000", hangAfter: 60);
        await UntilAsync(() => File.Exists(Path.Combine(Attempt.Path, "ready")), trainer);
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            Watch(trainer, seconds: 59);
            await File.AppendAllTextAsync(Attempt.Events, CheckpointLine(sequence), Cancellation);
            Assert.Null(trainer.FindEnd());
        }

        Posix.SignalGroup(Pid, Posix.SigKill);
        Assert.Equal(AttemptEnding.Killed, (await EndOf(trainer)).Ending);

        var patient = new HangWatch(_clock);
        _clock.Advance(TimeSpan.FromDays(300));
        Assert.False(patient.IsOver(0));
    }

    [Fact]
    public async Task FindEnd_IgnoresUnwatchedTime_AndCountsAFullDiskAsASignOfLife()
    {
        var trainer = await StartAsync("echo >\"$1/lock\"\necho >\"$1/ready\"\nsleep 1000", hangAfter: 60);
        await UntilAsync(() => File.Exists(Path.Combine(Attempt.Path, "ready")), trainer);
        Watch(trainer, seconds: 40);

        // The clock jumps, as if the node or its machine had been suspended.
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(trainer.FindEnd());
        Watch(trainer, seconds: 9);
        File.SetLastWriteTimeUtc(Attempt.Lock, DateTime.UnixEpoch);
        Watch(trainer, seconds: 59);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(AttemptEnding.Hung, (await EndOf(trainer)).Ending);
    }

    // Watches the trainer as a node does, which calls FindEnd once a second.
    private void Watch(ITrainer trainer, int seconds)
    {
        Assert.Null(trainer.FindEnd());
        for (var second = 0; second < seconds; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(trainer.FindEnd());
        }
    }

    [Fact]
    public async Task Stop_KillsAChildThatIgnoresSigTerm_BeforeTheEndIsReported()
    {
        var trainer = await StartAsync(
            """
            (trap '' TERM; echo >"$1/child"; while :; do sleep 1000; done) &
            trap 'exit 143' TERM
            echo >"$1/ready"
            while :; do sleep 0.05; done
            """);
        await UntilAsync(() => File.Exists(Path.Combine(Attempt.Path, "ready"))
            && File.Exists(Path.Combine(Attempt.Path, "child")), trainer);
        var group = ProcessMark.Of(Pid);

        trainer.Stop();
        await UntilAsync(() => !Directory.Exists($"/proc/{group.Pid}"), trainer: null);
        // The child still runs, so the attempt has not ended and its slot is not free.
        Assert.True(group.HasLivingGroup());
        Assert.Null(trainer.FindEnd());

        var end = await EndOf(trainer);
        Assert.Equal((AttemptEnding.Stopped, 143), (end.Ending, end.ExitCode));
        Assert.False(group.HasLivingGroup());
    }

    [Fact]
    public async Task Stop_KillsATrainerThatIgnoresSigTerm_AfterTheTimeout()
    {
        var trainer = await StartAsync("trap '' TERM\necho >\"$1/ready\"\nwhile :; do sleep 0.05; done");
        await UntilAsync(() => File.Exists(Path.Combine(Attempt.Path, "ready")), trainer);

        trainer.Stop();
        _clock.Advance(TimeSpan.FromSeconds(30));
        trainer.Stop();
        Assert.Null(trainer.FindEnd());
        _clock.Advance(TimeSpan.FromSeconds(1));
        trainer.Stop();

        Assert.Equal((AttemptEnding.Stopped, 137), ((await EndOf(trainer)).Ending, (await EndOf(trainer)).ExitCode));
    }

    [Fact]
    public async Task FindEnd_KillsTheTrainerAndItsChildren_WhenTheEventsAreDamaged()
    {
        var trainer = await StartAsync("sleep 1000 &\necho >\"$1/ready\"\nsleep 1000");
        await UntilAsync(() => File.Exists(Path.Combine(Attempt.Path, "ready")), trainer);
        var group = ProcessMark.Of(Pid);
        await File.WriteAllTextAsync(Attempt.Events, CheckpointLine(1) + "\0\0\0\n", Cancellation);

        var end = await EndOf(trainer);

        Assert.Equal((AttemptEnding.Crashed, 137), (end.Ending, end.ExitCode));
        Assert.StartsWith($"{Attempt.Events}: damaged at byte {CheckpointLine(1).Length}: the line is not an event",
            end.Reason, StringComparison.Ordinal);
        Assert.False(group.HasLivingGroup());
        // The event before the damage is still reported.
        Assert.Equal(1, Assert.Single(trainer.ReadEvents(0)).Sequence);
    }

    [Theory]
    // .NET's host exits with 137 itself here; the process was not killed by a signal.
    [InlineData("GC heap initialization failed with error 0x8007000E", 137)]
    [InlineData("terminate called after throwing an instance of 'std::bad_alloc'", 134)]
    public async Task FindEnd_IsOutOfMemory_WhenStderrEndsWithANativeAllocationError(string words, int exitCode)
    {
        var end = await EndOf(await StartAsync($"echo \"{words}\" >&2; exit {exitCode}"));
        Assert.Equal((AttemptEnding.OutOfMemory, exitCode), (end.Ending, end.ExitCode));
        Assert.Contains(words, end.StderrTail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindEnd_IsCrashed_WhenTheTrainerExitsWith2BeforeItBegins()
    {
        Assert.Equal(AttemptEnding.Crashed, (await EndOf(await StartAsync("exit 2"))).Ending);
    }

    [Fact]
    public async Task FindEnd_IsCompleted_WhenTheResultIsValidButTheEventsAreDamaged()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "result"), JsonSerializer.Serialize(Result, SbnnJson.Options), Cancellation);

        var end = await EndOf(
            await StartAsync($"mv {_folder.FullName}/result \"$1/result.json\"; echo rubbish >\"$1/events.ndjson\""));

        // The ending is the same whether the trainer exited by itself or was killed because of its damaged events.
        Assert.Equal(AttemptEnding.Completed, end.Ending);
        Assert.Equal(_trial, end.Result!.Trial);
    }

    [Theory]
    [InlineData("{", "cannot be read as TrialResult")]
    [InlineData("", "cannot be read as TrialResult")]
    [InlineData("null", "cannot be read as TrialResult")]
    [InlineData(null, "not a result of this trial: it has 0 of 1 epochs")]
    public async Task FindEnd_IsCrashedAndNamesTheFile_WhenTheResultIsAnotherTrials(
        string? text, string what)
    {
        text ??= JsonSerializer.Serialize(Result with { Epochs = [] }, SbnnJson.Options);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "result"), text, Cancellation);

        var end = await EndOf(await StartAsync($"mv {_folder.FullName}/result \"$1/result.json\""));

        Assert.Equal((AttemptEnding.Crashed, 0, null), (end.Ending, end.ExitCode, end.Result));
        Assert.StartsWith($"{Attempt.Result}: {what}", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindEnd_ReportsTheEnd_WhenAnAdoptedTrainersProcessFileIsDamaged()
    {
        Directory.CreateDirectory(Attempt.Path);
        await File.WriteAllTextAsync(Attempt.Process, "rubbish", Cancellation);
        var adopted = new TrainerProcess(Attempt, _trial, null, new HangWatch(_clock), OutOfMemoryKills.Find(),
            TimeSpan.Zero, _clock);

        Assert.Equal(AttemptEnding.Unknown, adopted.FindEnd()!.Ending);
    }

    [Fact]
    public async Task Prune_RemovesOnlyCheckpointsAndHalfWrittenFiles_OfAllAttempts()
    {
        var trainer = await StartAsync("exit 0");
        await EndOf(trainer);
        var second = AttemptFolder.Of(_folder.FullName, _trial, 2);
        Directory.CreateDirectory(second.Path);
        foreach (var file in (string[])[Attempt.Checkpoint(1, 0), Attempt.Checkpoint(2, 7), Attempt.Result,
            Attempt.Events, second.Checkpoint(3, 0), second.Stderr, $"{second.Result}.{int.MaxValue}.tmp"])
            await File.WriteAllTextAsync(file, "", Cancellation);

        trainer.Prune();
        trainer.Prune();

        Assert.Empty(Attempt.AttemptsOfTrial().SelectMany(static attempt => attempt.Checkpoints()));
        Assert.Equal([second.Stderr], Directory.EnumerateFiles(second.Path));
        Assert.True(File.Exists(Attempt.Result) && File.Exists(Attempt.Events));
    }

    private TrialResult Result => new()
    {
        Trial = _trial,
        Spec = Spec,
        Constraint = ConstraintOutcome.Unconstrained,
        BestEpoch = 1,
        Epochs = [MadeUp.Epoch(1)],
    };

    private static string CheckpointLine(int sequence) =>
        $$"""{"$type":"checkpoint","sequence":{{sequence}},"at":"2026-01-01T00:00:00Z","epoch":1,"step":0}""" + "\n";

    private int Pid => int.Parse(File.ReadAllText(Path.Combine(Attempt.Path, "pid")), CultureInfo.InvariantCulture);

    // Starts a script as the trainer, which receives the attempt's folder as $1.
    private async Task<ITrainer> StartAsync(string script, double hangAfter = 0)
    {
        var program = Path.Combine(_folder.FullName, "trainer");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\necho $$ >\"$1/pid\"\n{script}\n", Cancellation);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var node = new NodeSettings(new("node"), "identity", 1, 1, _folder.FullName, _folder.FullName, program,
            TimeSpan.FromMinutes(15));
        var host = new TrainerHost(node, TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(30), _clock);
        var order = new TrainerOrder(new AttemptId(_trial, 1), new TrialSpec(), TimeSpan.FromMinutes(5),
            TimeSpan.FromSeconds(hangAfter));
        return await host.LaunchAsync(order, static () => { }, Cancellation);
    }

    private static async Task<AttemptEnd> EndOf(ITrainer trainer)
    {
        AttemptEnd? end = null;
        await UntilAsync(() => (end = trainer.FindEnd()) is not null, trainer: null);
        return end!;
    }

    private static Task UntilAsync(Func<bool> condition, ITrainer? trainer) => Eventually.UntilAsync(
        () => condition()
            || (trainer?.FindEnd() is { } end
                ? throw new InvalidOperationException($"the trainer ended: {end}") : false),
            "the trainer to reach the expected state");
}
