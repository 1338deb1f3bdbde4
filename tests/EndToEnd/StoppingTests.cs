using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests what trainers do after their sbnn has stopped, has exited immediately, or was killed.</summary>
[SupportedOSPlatform("linux")]
public sealed class StoppingTests : IDisposable
{
    private const int SigInt = 2;
    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Trainer_ExitsAfterTheGracePeriod_AndTheNextRunResumes()
    {
        var spec = EndlessSpec();
        var killed = _workplace.Start(spec, "--grace", "15", "--slots", "1");
        await UntilPrintsAsync(killed, "epoch");
        killed.Signal(Posix.SigKill);
        await killed.WaitAsync();

        await Eventually.UntilAsync(
            () => _workplace.LiveTrainers().Count == 0, "the trainer to exit when its lease ends");
        var folder = new AttemptFolder(Path.Combine(Directory.EnumerateDirectories(_workplace.Trials).Single(), "1"));
        var last = JsonSerializer.Deserialize<TrainerEvent>(
            (await File.ReadAllLinesAsync(folder.Events, Workplace.Cancellation))[^1], SbnnJson.Options);
        Assert.Equal(AttemptEnding.LeaseExpired, Assert.IsType<TrialFailed>(last).Ending);

        var next = _workplace.Start(spec, "--slots", "1");
        await Eventually.UntilAsync(() => _workplace.IsAttemptAlive(2), "the second attempt");
        var second = new AttemptFolder(Path.Combine(Path.GetDirectoryName(folder.Path)!, "2"));
        await Eventually.UntilAsync(() => File.ReadAllText(second.Events)
            .Contains("\"epoch\"", StringComparison.Ordinal), "an epoch of the second attempt");
        next.Signal(SigInt);
        Assert.Equal(130, await next.WaitAsync());
        using var ledger = Sweeps.Ledger.LedgerReader.Open(Path.Combine(_workplace.Home, "ledger.db"));
        var trial = Assert.Single((await ledger.FindOutcomeAsync("endless"))!.Trials);
        Assert.Equal(["lease-expired", "stopped"], trial.Attempts.Select(static attempt => attempt.Ending));
        Assert.True(trial.Attempts[1].ResumedAtEpoch > 0);
        Assert.Equal(0, (await ledger.FindTrialAsync(trial.Key))!.Failures);
    }

    [Fact]
    public async Task Run_StopsCleanly_OnTwoSignalsAtTheSameTime()
    {
        var stopped = _workplace.Start(EndlessSpec(), "--slots", "1");
        await UntilPrintsAsync(stopped, "epoch");
        stopped.Signal(Posix.SigTerm);
        stopped.Signal(SigInt);

        Assert.Equal(130, await stopped.WaitAsync());
        Assert.Contains(RunReport.StoppedMessage, stopped.Stdout, StringComparison.Ordinal);
        Assert.Empty(_workplace.LiveTrainers());
    }

    [Theory]
    // The silo runs, and the submission of the sweep waits.
    [InlineData(false, "another process holds the ledger's write lock")]
    // The silo does not run yet, because it cannot read the ledger.
    [InlineData(true, LedgerUnavailableException.Locked)]
    public async Task Run_StopsImmediatelyWithItsTrainers_WhileWaitingForALock(
        bool excludesReaders, string reason)
    {
        var spec = EndlessSpec();
        var killed = _workplace.Start(spec, "--slots", "1");
        await UntilPrintsAsync(killed, "epoch");
        killed.Signal(Posix.SigKill);
        await killed.WaitAsync();
        Assert.Single(_workplace.LiveTrainers());
        using var stranger = _workplace.LockLedger(excludesReaders);
        var waiting = _workplace.Start(spec, "--slots", "1");
        await Eventually.UntilAsync(() => waiting.Stderr.Contains(reason, StringComparison.Ordinal),
            "the run to wait for the lock");

        waiting.Signal(SigInt);

        Assert.Equal(130, await waiting.WaitAsync());
        Assert.Empty(_workplace.LiveTrainers());
        Assert.Contains(RunReport.StoppedMessage, waiting.Stdout, StringComparison.Ordinal);
        var folder = Assert.Single(_workplace.AttemptFolders(1));
        var last = JsonSerializer.Deserialize<TrainerEvent>(
            (await File.ReadAllLinesAsync(folder.Events, Workplace.Cancellation))[^1], SbnnJson.Options);
        Assert.Equal(AttemptEnding.Stopped, Assert.IsType<TrialFailed>(last).Ending);
    }

    [Fact]
    public async Task Run_WaitsAndJoinsTheHead_WhenTheHeadWaitsForALock()
    {
        var made = await _workplace.RunAsync(_workplace.WriteSpec(Tiny("made", seed: 1), "made.yaml"));
        Assert.True(made.ExitCode == 0, made.Stdout + made.Stderr);
        RunningSbnn first, second;
        using (_workplace.LockLedger())
        {
            first = _workplace.Start(_workplace.WriteSpec(Tiny("first", seed: 2), "first.yaml"));
            await Eventually.UntilAsync(() =>
                first.Stderr.Contains("another process holds the ledger's write lock", StringComparison.Ordinal),
                "the first run to wait for the lock");
            second = _workplace.Start(_workplace.WriteSpec(Tiny("second", seed: 3), "second.yaml"));
            await UntilPrintsAsync(second, "waiting for an answer from the sbnn that runs on");
        }

        Assert.True(await first.WaitAsync() == 0, first.Stdout + first.Stderr);
        Assert.True(await second.WaitAsync() == 0, second.Stdout + second.Stderr);
    }

    [Fact]
    public async Task Run_StopsImmediately_WhileWaitingForAHeadWithoutAnAddress()
    {
        Directory.CreateDirectory(_workplace.Home);
        using var other = FileLock.TryTake(Path.Combine(_workplace.Home, "head.lock"));
        var waiting = _workplace.Start(EndlessSpec(), "--slots", "1");
        await UntilPrintsAsync(waiting, "another sbnn is starting or ending");

        waiting.Signal(SigInt);

        Assert.Equal(130, await waiting.WaitAsync());
    }

    [Fact]
    public async Task Run_ExitsImmediatelyWithoutItsTrainer_OnALaterSecondSignal()
    {
        _workplace.Trainer = TrainerThatIgnoresStops(out var pidFile);
        var stopped = _workplace.Start(EndlessSpec(), "--slots", "1");
        // The test stops sbnn only after the trainer has started, because sbnn does not wait for a trainer that has not
        // started.
        await UntilPrintsAsync(stopped, "revision 1");
        await Eventually.UntilAsync(() => File.Exists(pidFile), "the trainer to start");
        var trainer = int.Parse(await File.ReadAllTextAsync(pidFile, Workplace.Cancellation),
            System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            // After the first signal sbnn waits for the trainer, which ignores the request to stop. A later signal ends
            // sbnn immediately.
            while (!stopped.HasExited) stopped.TrySignal(SigInt);

            Assert.Equal(130, await stopped.WaitAsync());
            Assert.DoesNotContain(RunReport.StoppedMessage, stopped.Stdout, StringComparison.Ordinal);
        }
        finally
        {
            Assert.True(Posix.SignalGroup(trainer, Posix.SigKill)); // The trainer was still running.
        }
    }

    private static string Tiny(string name, int seed) =>
        $"{{name: {name}, trial: {{dataset: synthetic, train-images: 20, test-images: 10, width: 1, epochs: 1, "
            + $"batch-size: 10}}, seeds: [{seed}]}}";

    private static Task UntilPrintsAsync(RunningSbnn sbnn, string text) =>
        Eventually.UntilAsync(() => sbnn.Stdout.Contains(text, StringComparison.Ordinal), text);

    private string EndlessSpec() => _workplace.WriteSpec(
        """
        name: endless
        trial: {dataset: synthetic, train-images: 100, test-images: 20, width: 2, epochs: 2000, batch-size: 50, mixup: 0}
        seeds: [1]
        """);

    private string TrainerThatIgnoresStops(out string pidFile)
    {
        pidFile = Path.Combine(_workplace.Folder, "pid");
        var path = Path.Combine(_workplace.Folder, "unwilling-trainer");
        File.WriteAllText(
            path,
            $"""
            #!/bin/sh
            [ -d "$1" ] || exec '{TrainerProgram.Find().Path}' "$1"
            trap '' TERM
            echo $$ > '{pidFile}.new' && mv '{pidFile}.new' '{pidFile}'
            while :; do sleep 1; done
            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
