using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Running;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// Tests the resume check with real processes. The check trains a short trial to find whether resuming is exact.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class PreflightTests(PreparedSynthetic data) : IDisposable
{
    private const int SigStop = 19;
    private const int SigCont = 18;

    private readonly TempFolder _folder = new();
    private readonly List<string> _reported = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string RealTrainer => Path.Combine(AppContext.BaseDirectory, "sbnn-trainer");

    private string Preflights => _folder.In("data/preflights");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_FindsThatResumingIsExact_AndChecksOnce()
    {
        var found = await PreflightOf(Trials.Tiny(data)).RunAsync(Cancellation);
        Assert.True(found!.IsExact, found.Detail);
        Assert.Equal("this device class", found.DeviceClass);
        Assert.Equal(3, _reported.Count);
        Assert.Empty(Directory.EnumerateDirectories(Directory.EnumerateDirectories(Preflights).Single()));

        // A trial with another seed, domain, target and length, but the same method, needs no new check.
        var alike = Trials.Tiny(data) with
        {
            Seed = 8,
            Domain = DomainKind.Symmetric,
            Sparsity = null,
            Epochs = 300,
            LearningRate = 0.1
        };
        Assert.Equal(found, await PreflightOf(alike, "/no/trainer").RunAsync(Cancellation));
        Assert.Equal(3, _reported.Count);
    }

    [Fact]
    public async Task RunAsync_StoresBothResults_WhenTheyDiffer()
    {
        var trainer = Script(
            $"""{RealTrainer} "$1"; code=$?; case "$1" in */resumed) echo >> "$1/result.json";; esac; exit $code""");

        var found = await PreflightOf(Trials.Tiny(data), trainer).RunAsync(Cancellation);

        Assert.False(found!.IsExact);
        var results = Directory.GetFiles(Preflights, "result.json", SearchOption.AllDirectories);
        Assert.Equal(2, results.Length);
        Assert.Contains(Path.GetDirectoryName(Path.GetDirectoryName(results[0]))!, found.Detail,
            StringComparison.Ordinal);
        Assert.Equal(found, await PreflightOf(Trials.Tiny(data), "/no/trainer").RunAsync(Cancellation));
    }

    [Fact]
    public async Task RunAsync_ChecksAgain_WhenTheLastCheckFailed()
    {
        Assert.Null(await PreflightOf(Trials.Tiny(data), Script("exit 4")).RunAsync(Cancellation));
        Assert.True((await PreflightOf(Trials.Tiny(data)).RunAsync(Cancellation))!.IsExact);
    }

    [Fact]
    public async Task RunAsync_SignalsLifeAndRenewsTheLease_DuringTheShortTraining()
    {
        var signs = 0;
        var trainer = Script(
            $"""
            for i in 1 2 3; do
              echo >>"$1/events.ndjson"; until [ -e {_folder.In("sign")}-$i ]; do sleep 0.05; done
            done
            lease=$(cat "$1/lease"); while [ "$(cat "$1/lease")" = "$lease" ]; do sleep 0.05; done
            exit 4
            """);
        var preflight =
            new Preflight(Trials.Assign(_folder.In("any"), _folder.In("data"), Trials.Tiny(data)), "this device class",
                TimeProvider.System)
            {
                Report = _reported.Add,
                ShowLife = () => File.WriteAllText($"{_folder.In("sign")}-{++signs}", ""),
                Trainer = trainer,
            };
        Assert.Null(await preflight.RunAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(2), Cancellation));
        Assert.Equal(3, signs);
    }

    [Fact]
    public async Task RunAsync_StopsWaiting_WhenAnotherProcessNeverEnds()
    {
        Assert.Null(await PreflightOf(Trials.Tiny(data), Script("exit 4")).RunAsync(Cancellation));
        using var other = FileLock.TryTake(Path.Combine(Directory.EnumerateDirectories(Preflights).Single(), "lock"));
        var (time, waits) = (new FakeTimeProvider(DateTimeOffset.UnixEpoch), 0);
        var preflight =
            new Preflight(Trials.Assign(_folder.In("any"), _folder.In("data"), Trials.Tiny(data)),
                "this device class", time)
            {
                Report = _ => waits++,
                Trainer = "/no/trainer",
            };
        var found = preflight.RunAsync(Cancellation);
        while (!found.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Null(await found);
        Assert.True(waits > 1);
        Assert.True(time.GetUtcNow() >= DateTimeOffset.UnixEpoch.AddMinutes(10));
    }

    [Fact]
    public async Task RunAsync_ChecksAgain_WhenTheOutcomeIsDamaged()
    {
        Assert.Null(await PreflightOf(Trials.Tiny(data), Script("exit 4")).RunAsync(Cancellation));
        await File.WriteAllTextAsync(Path.Combine(Directory.EnumerateDirectories(Preflights).Single(), "outcome.json"),
            "{", Cancellation);
        Assert.True((await PreflightOf(Trials.Tiny(data)).RunAsync(Cancellation))!.IsExact);
    }

    [Fact]
    public async Task Train_ChecksAgain_WhenATrainerWasKilledDuringTheCheck()
    {
        var (first, second) = (_folder.In("first"), _folder.In("second"));
        using (var trainer = Start(first))
        {
            await UntilReportedAsync(trainer, first, "2 of 3");
            Posix.SignalGroup(trainer.Id, Posix.SigKill);
            await trainer.WaitForExitAsync(Cancellation);
        }

        using var next = Start(second);
        await next.WaitForExitAsync(Cancellation);

        Assert.Equal(TrainerExit.Completed, next.ExitCode);
        var events = Trials.Events(second);
        Assert.Equal(["preparing", "preparing", "preparing", "checked", "started"], events.Take(5).Select(NameOf));
        var found = events.OfType<ResumeChecked>().Single();
        Assert.True(found.IsExact, found.Detail);
        Assert.Equal(events.OfType<TrialStarted>().Single().DeviceClass, found.DeviceClass);
        Assert.Equal(TrialKey.Of(found.Spec), found.Preflight);
    }

    [Fact]
    public async Task Train_EndsItsProcesses_WhenStoppedDuringTheCheck()
    {
        var attempt = _folder.In("stopped");
        using var trainer = Start(attempt);
        await UntilReportedAsync(trainer, attempt, "1 of 3");
        Posix.SignalGroup(trainer.Id, Posix.SigTerm);
        await trainer.WaitForExitAsync(Cancellation);
        Assert.Equal(TrainerExit.Stopped, trainer.ExitCode);
        Assert.False(Posix.SignalGroup(trainer.Id, 0));
        Assert.DoesNotContain(Trials.Events(attempt), static e => e is ResumeChecked);
    }

    [Fact]
    public async Task Train_ChecksOnce_ForTwoTrainersOfTheSameKind()
    {
        var (first, second) = (_folder.In("first"), _folder.In("second"));
        using var one = Start(first);
        await UntilReportedAsync(one, first, "1 of 3");
        // The frozen trainer does not finish its check before the other trainer starts.
        Posix.SignalGroup(one.Id, SigStop);
        using var other = Start(second);
        await UntilReportedAsync(other, second, "waiting");
        Posix.SignalGroup(one.Id, SigCont);
        await one.WaitForExitAsync(Cancellation);
        await other.WaitForExitAsync(Cancellation);
        Assert.Equal([0, 0], [one.ExitCode, other.ExitCode]);
        Assert.Equal(["waiting for another trial's resume check"], Trials.Events(second)
            .OfType<TrialPreparing>().Select(static e => e.Doing));
        Assert.Equal(
            [.. Trials.Events(first).OfType<ResumeChecked>().Select(static found => found.Detail)],
            Trials.Events(second).OfType<ResumeChecked>().Select(static found => found.Detail));
    }

    [Theory]
    [MemberData(nameof(Trials.Pairs), MemberType = typeof(Trials))]
    public void ShortTrialOf_CanBeTrained_ForEveryModelAndMethod(ModelKind model, MethodKind method)
    {
        foreach (var batch in Enumerable.Range(2, 600).Append(65536))
        {
            var trial = Preflight.ShortTrialOf(
                Trials.Tiny(data, model, method) with { BatchSize = batch, TrainImages = 5, Epochs = 300 },
                data.Images.Digest);
            Assert.Empty(Compatibility.Faults(trial));
            Assert.Empty(ImageCompatibility.Of(trial, data.Images.Answer()));
            Assert.Equal((model, method), (trial.Model, trial.Method));
            Assert.Equal(0, trial.TrainImages % 10);
            Assert.NotEqual(1, trial.TrainImages % trial.BatchSize);
            Assert.InRange(trial.TrainImages!.Value, trial.BatchSize + 1, 10_000);
        }
    }

    private static string NameOf(TrainerEvent news) => news switch
    {
        TrialPreparing => "preparing",
        ResumeChecked => "checked",
        TrialStarted => "started",
        _ => news.GetType().Name,
    };

    private static async Task UntilReportedAsync(Process trainer, string attempt, string what)
    {
        var events = new AttemptFolder(attempt).Events;
        while (!(File.Exists(events) && (await File.ReadAllTextAsync(events, Cancellation))
            .Contains(what, StringComparison.Ordinal)))
        {
            Assert.False(trainer.HasExited);
            await Task.Delay(5, Cancellation);
        }
    }

    private Preflight PreflightOf(TrialSpec spec, string? trainer = null) =>
        new(Trials.Assign(_folder.In("any"), _folder.In("data"), spec), "this device class",
            TimeProvider.System)
        { Report = _reported.Add, Trainer = trainer ?? RealTrainer };

    // setsid makes the trainer lead its own process group, as a node does, so that its pid can be used to signal the
    // group.
    private Process Start(string attempt)
    {
        var assignment = Trials.Assign(attempt, _folder.In("data"), Trials.Tiny(data)) with { Preflight = true };
        DurableFile.WriteJson(new AttemptFolder(attempt).Assignment, assignment);
        return Process.Start("setsid", [RealTrainer, attempt]);
    }

    private string Script(string body)
    {
        var path = _folder.In($"trainer-{Guid.NewGuid():N}");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
