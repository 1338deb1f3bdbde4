using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests commands that extend, share, pause, resume, cancel and retry sweeps.</summary>
[SupportedOSPlatform("linux")]
public sealed class SweepLifeTests : IDisposable
{
    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Run_TrainsOnlyTheTrials_ThatExplainShowsAsNew()
    {
        var fresh = await _workplace.JsonAsync("explain", Spec("a", epochs: 1, "1"), "--data", _workplace.DataRoot);
        Assert.Equal(["missing"], States(fresh));
        Assert.Equal(1, fresh.GetProperty("time").GetProperty("untimed").GetInt32());
        Assert.False(Directory.Exists(_workplace.Home)); // explain records nothing, so it does not create the home.
        var first = await _workplace.RunAsync(Spec("a", epochs: 1, "1"));
        Assert.True(first.ExitCode == 0, first.Stdout + first.Stderr);

        var extended = Spec("a", epochs: 1, "1, 2");
        var plan = await _workplace.JsonAsync("explain", extended, "--data", _workplace.DataRoot, "--slots", "1");
        Assert.Equal(["cached", "missing"], States(plan));
        Assert.Equal(
            ["finished, in sweep a", "new: seed 2 (earlier trials: 1)"], plan.GetProperty("trials")
                .EnumerateArray().Select(static t => t.GetProperty("why").GetString()));
        Assert.Equal((1, 0),
            (plan.GetProperty("time").GetProperty("timed").GetInt32(), plan.GetProperty("time").GetProperty("untimed")
                .GetInt32()));
        Assert.True(plan.GetProperty("time").GetProperty("seconds").GetDouble() > 0);

        // Restores a checkpoint, as if sbnn had been killed after it committed the result and before it removed the
        // checkpoint.
        var left = Assert.Single(_workplace.AttemptFolders(1)).Checkpoint(1, 0);
        await File.WriteAllTextAsync(left, "", Workplace.Cancellation);
        var second = await _workplace.RunAsync(extended);
        Assert.True(second.ExitCode == 0, second.Stdout + second.Stderr);
        Assert.False(File.Exists(left));
        Assert.Contains("revision 2: 1 new trial, 1 already finished", second.Stdout, StringComparison.Ordinal);
        Assert.Equal([1, 1], _workplace.Attempts());
    }

    [Fact]
    public async Task Pause_StopsOnlyTrials_ThatNoOtherSweepNeeds()
    {
        var one = _workplace.Start(Spec("one", epochs: 2000, "1, 2"), "--slots", "3");
        await UntilRunningAsync("one", 2);
        var two = _workplace.Start(Spec("two", epochs: 2000, "2, 3"));
        await UntilRunningAsync("two", 2);
        await UntilPrintsAsync(two, "joined the sbnn that runs here");
        await UntilPrintsAsync(two, "1 new trial, 1 already running");
        await Eventually.UntilAsync(() => _workplace.Attempts().SequenceEqual([1, 1, 1]), "one attempt of each trial");

        var paused = await _workplace.JsonAsync("pause", "one");
        Assert.Equal(("active", "paused", 1),
            (Text(paused, "before"), Text(paused, "now"), paused.GetProperty("stopping").GetInt32()));
        await UntilStatesAsync("one", "withdrawn", "running");
        var shown = await _workplace.JsonAsync("show", "one");
        Assert.Equal(["the sweep is paused", "runs, for sweep two"], shown.GetProperty("trials").EnumerateArray()
            .Select(ReasonOf));
        await UntilPrintsAsync(one, "one is paused; `sbnn resume one");
        Assert.False(one.HasExited);

        Assert.Equal(1, (await _workplace.JsonAsync("resume", "one")).GetProperty("requeued").GetInt32());
        await UntilStatesAsync("one", "running", "running");
        var priority = await _workplace.JsonAsync("priority", "one", "-7");
        Assert.Equal((0, -7), (priority.GetProperty("before").GetInt32(), priority.GetProperty("now").GetInt32()));

        var cancelled = await _workplace.CommandAsync("cancel", "two");
        Assert.Contains(
            "two is cancelled: 1 running trial withdrawn; its trainer saves a checkpoint and stops; 1 continues for "
                + "other sweeps",
            cancelled.Stdout, StringComparison.Ordinal);
        Assert.Equal(130, await two.WaitAsync());
        Assert.Contains("two was cancelled", two.Stdout, StringComparison.Ordinal);
        await UntilStatesAsync("two", "running", "withdrawn");

        var status = await _workplace.JsonAsync("status");
        Assert.StartsWith("http://127.0.0.1:", status.GetProperty("head").GetProperty("address").GetString(),
            StringComparison.Ordinal);
        Assert.Equal([("one", "active", -7), ("two", "cancelled", 0)], status.GetProperty("sweeps").EnumerateArray()
            .Select(static s => (Text(s, "name"), Text(s, "desiredState"), s.GetProperty("priority").GetInt32())));

        await _workplace.JsonAsync("cancel", "one");
        Assert.Equal(130, await one.WaitAsync());
        Assert.Empty(_workplace.LiveTrainers());
        Assert.False((await _workplace.JsonAsync("status")).TryGetProperty("head", out _));
    }

    [Fact]
    public async Task JoinedRun_ContinuesAsHead_WhenTheFirstRunEnds()
    {
        _workplace.Trainer = GatedTrainer(out var gate);
        var first = _workplace.Start(Spec("first", epochs: 3, "1"), "--slots", "1");
        await UntilPrintsAsync(first, "API:");

        // The second sweep has a trial of its own with 300 epochs, which is not finished when the first run ends.
        var second = _workplace.Start(Spec("second", epochs: 3, "1", "axes: [{epochs: [3, 300]}]"), "--slots", "1");
        await UntilStatesAsync("second", "running", "waiting");
        await File.WriteAllTextAsync(gate, "", Workplace.Cancellation);

        Assert.Equal(0, await first.WaitAsync());
        Assert.True(await second.WaitAsync() == 0, second.Stdout + second.Stderr);

        Assert.Contains("this run continues its training", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("second has 1 trial left", first.Stdout, StringComparison.Ordinal);
        Assert.Contains("1/1", _workplace.Table("first"), StringComparison.Ordinal);
        var shown = await _workplace.JsonAsync("show", "second");
        // The shared trial was trained once.
        Assert.Equal(1, shown.GetProperty("trials")[0].GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task JoinedRun_BecomesTheHead_WhenTheFirstRunIsKilled()
    {
        _workplace.Trainer = GatedTrainer(out var gate);
        var spec = Spec("sweep", epochs: 40, "1, 2");
        var first = _workplace.Start(spec, "--slots", "2");
        await UntilPrintsAsync(first, "API:");
        var (left, second) = (_workplace.Start(spec), _workplace.Start(spec, "--slots", "2"));
        await UntilPrintsAsync(left, "joined the sbnn that runs here");
        await UntilPrintsAsync(second, "joined the sbnn that runs here");
        await UntilRunningAsync("sweep", 2);

        left.Signal(2);
        Assert.Equal(130, await left.WaitAsync());
        await File.WriteAllTextAsync(gate, "", Workplace.Cancellation);
        await Eventually.UntilAsync(() => _workplace.LiveTrainers().Count == 2, "both trainers to train");
        Assert.Contains("detached; sweep continues", left.Stdout, StringComparison.Ordinal);
        Assert.False(first.HasExited);
        first.Signal(Posix.SigKill);
        await first.WaitAsync();

        Assert.True(await second.WaitAsync() == 0, second.Stdout + second.Stderr);
        Assert.Contains("this run continues its training", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("2/2", _workplace.Table("sweep"), StringComparison.Ordinal);
        // The trainers continued after the first run was killed, and the second run adopted them.
        Assert.Equal([1, 1], _workplace.Attempts());
        using var ledger = Sweeps.Ledger.LedgerReader.Open(Path.Combine(_workplace.Home, "ledger.db"));
        foreach (var attempt in await ledger.ReadArtifactsAsync()) // Every event was recorded.
        {
            var folder = AttemptFolder.Of(_workplace.Trials, attempt.Id.Trial, attempt.Id.Attempt);
            Assert.Equal(File.ReadLines(folder.Events).Count(), attempt.LastSequence);
        }
    }

    [Fact]
    public async Task Retry_QueuesFailedTrials_AndReportsThatNothingTrains()
    {
        _workplace.Trainer = BrokenTrainer();
        var spec = Spec("f", epochs: 1, "1");
        var broken = await _workplace.RunAsync(spec);
        Assert.Equal(1, broken.ExitCode);
        _workplace.Trainer = null;
        var failed = (await _workplace.JsonAsync("show", "f")).GetProperty("trials")[0];
        var failure = failed.GetProperty("failure");
        Assert.Equal(("the trainer could not start (exit code 9): apart", "crashed", 9),
            (ReasonOf(failed), Text(failure, "ending"), failure.GetProperty("exitCode").GetInt32()));
        Assert.Equal("it fell\napart", Text(failure, "stderr"));
        foreach (var printed in (string[])[broken.Stdout, (await _workplace.CommandAsync("show", "f")).Stdout])
        {
            Assert.Contains(
                "attempt 1: the trainer could not start (exit code 9): apart (crashed, exit code 9); its logs are in "
                    // The end of stderr is not repeated, because the reason contains it.
                    + $"{Text(failure, "logs")}", printed, StringComparison.Ordinal);
            Assert.DoesNotContain("end of its stderr", printed, StringComparison.Ordinal);
        }

        var retried = await _workplace.CommandAsync("retry", "f", "--failed");
        Assert.Contains("retrying 1 failed trial", retried.Stdout, StringComparison.Ordinal);
        Assert.Contains("nothing trains now", retried.Stdout, StringComparison.Ordinal);
        Assert.Equal(0, (await _workplace.JsonAsync("retry", "f", "--failed")).GetProperty("retried").GetInt32());
        Assert.Equal(1, (await _workplace.JsonAsync("pause", "f")).GetProperty("withdrawn").GetInt32());
        Assert.Contains("nothing trains now", (await _workplace.CommandAsync("resume", "f")).Stdout,
            StringComparison.Ordinal);
        await _workplace.CommandAsync("pause", "f");

        var again = await _workplace.RunAsync(spec);
        Assert.True(again.ExitCode == 0, again.Stdout + again.Stderr);
        Assert.Contains("active again (it was paused)", again.Stdout, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string? ReasonOf(JsonElement trial) => Text(trial.GetProperty("reason"), "text");

    private static IEnumerable<string?> States(JsonElement sweep) =>
        sweep.GetProperty("trials").EnumerateArray().Select(static trial => Text(trial, "state"));

    // The number of epochs decides whether a trial takes about a second or does not finish during the test.
    private string Spec(string name, int epochs, string seeds, string axes = "") => _workplace.WriteSpec(
        $$"""
        name: {{name}}
        trial: {dataset: synthetic, train-images: 100, test-images: 20, width: 2, epochs: {{epochs}}, batch-size: 50, mixup: 0}
        {{axes}}
        seeds: [{{seeds}}]
        run: {max-attempts: 1}
        """,
        $"{name}.yaml");

    // Returns a trainer that waits for the gate file before it starts.
    private string GatedTrainer(out string gate)
    {
        gate = Path.Combine(_workplace.Folder, "gate");
        var (path, real) = (Path.Combine(_workplace.Folder, "gated-trainer"), Silo.Trainers.TrainerProgram.Find().Path);
        File.WriteAllText(path,
            $"#!/bin/sh\n[ -d \"$1\" ] || exec {real} \"$1\"\nwhile [ ! -e {gate} ]; do sleep 0.05; done\nexec {real} "
                + "\"$1\"\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    private string BrokenTrainer()
    {
        var path = Path.Combine(_workplace.Folder, "broken-trainer");
        File.WriteAllText(path,
            $"#!/bin/sh\n[ -d \"$1\" ] || exec {Silo.Trainers.TrainerProgram.Find().Path} \"$1\"\necho it fell "
                + ">&2\necho apart >&2\nexit 9\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    private static Task UntilPrintsAsync(RunningSbnn sbnn, string text) =>
        Eventually.UntilAsync(() => sbnn.Stdout.Contains(text, StringComparison.Ordinal), text);

    private Task UntilRunningAsync(string sweep, int count) =>
        UntilAsync(sweep, states => states.Count(static state => state == "running") == count);

    private Task UntilStatesAsync(string sweep, params string[] states) =>
        UntilAsync(sweep, found => found.SequenceEqual(states));

    private async Task UntilAsync(string sweep, Func<List<string?>, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Workplace.Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        List<string?> states = [];
        while (!condition(states))
        {
            Assert.True(!limit.IsCancellationRequested, $"{sweep} stays at {string.Join(", ", states)}");
            await tick.WaitForNextTickAsync(Workplace.Cancellation);
            // The ledger may not have all its tables before the head has published its address.
            if (!File.Exists(Path.Combine(_workplace.Home, "head.json"))) continue;
            using var ledger = Sweeps.Ledger.LedgerReader.Open(Path.Combine(_workplace.Home, "ledger.db"));
            states = [.. (await ledger.FindProgressAsync(sweep))?.Trials.Select(static trial =>
                Core.Trials.EnumWords.Of(trial.State)) ?? []];
        }
    }
}
