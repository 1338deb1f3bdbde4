using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>A sweep's whole life by the command line: extended, shared, paused, resumed, cancelled, retried.</summary>
[SupportedOSPlatform("linux")]
public sealed class SweepLifeTests : IDisposable
{
    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task An_extended_spec_trains_the_difference_and_explain_foretells_it()
    {
        var fresh = await _workplace.JsonAsync("explain", Spec("a", epochs: 1, "1"), "--data", _workplace.DataRoot);
        Assert.Equal(["missing"], States(fresh));
        Assert.Equal(1, fresh.GetProperty("time").GetProperty("untimed").GetInt32());
        Assert.False(Directory.Exists(_workplace.Home)); // Nothing was recorded.
        var first = await _workplace.RunAsync(Spec("a", epochs: 1, "1"));
        Assert.True(first.ExitCode == 0, first.Stdout + first.Stderr);

        var extended = Spec("a", epochs: 1, "1, 2");
        var plan = await _workplace.JsonAsync("explain", extended, "--data", _workplace.DataRoot, "--slots", "1");
        Assert.Equal(["cached", "missing"], States(plan));
        Assert.Equal(
            ["finished, in sweep a", "new: seed differs from what is known (1)"], plan.GetProperty("trials")
                .EnumerateArray().Select(static t => t.GetProperty("why").GetString()));
        Assert.Equal((1, 0),
            (plan.GetProperty("time").GetProperty("timed").GetInt32(), plan.GetProperty("time").GetProperty("untimed")
                .GetInt32()));
        Assert.True(plan.GetProperty("time").GetProperty("seconds").GetDouble() > 0);

        // As by an sbnn that was killed just after the commit.
        var left = Assert.Single(_workplace.AttemptFolders(1)).Checkpoint(1, 0);
        await File.WriteAllTextAsync(left, "", Workplace.Patience);
        var second = await _workplace.RunAsync(extended);
        Assert.True(second.ExitCode == 0, second.Stdout + second.Stderr);
        Assert.False(File.Exists(left));
        Assert.Contains("revision 2: 1 new, 1 finished already", second.Stdout, StringComparison.Ordinal);
        Assert.Equal([1, 1], _workplace.Attempts());
    }

    [Fact]
    public async Task Two_sweeps_share_trials_and_each_is_paused_resumed_and_cancelled_by_itself()
    {
        var one = _workplace.Start(Spec("one", epochs: 2000, "1, 2"), "--slots", "3");
        await UntilRunningAsync("one", 2);
        var two = _workplace.Start(Spec("two", epochs: 2000, "2, 3"));
        await UntilRunningAsync("two", 2);
        await UntilSaysAsync(two, "joined the sbnn that runs here");
        await UntilSaysAsync(two, "1 new, 1 running already");
        await Eventually.UntilAsync(() => _workplace.Attempts().SequenceEqual([1, 1, 1]), "one attempt of each trial");

        var paused = await _workplace.JsonAsync("pause", "one");
        Assert.Equal(("active", "paused", 1),
            (Text(paused, "before"), Text(paused, "now"), paused.GetProperty("stopping").GetInt32()));
        await UntilStatesAsync("one", "withdrawn", "running");
        var shown = await _workplace.JsonAsync("show", "one");
        Assert.Equal(["its sweep is paused", "runs, for sweep two"], shown.GetProperty("trials").EnumerateArray()
            .Select(ReasonOf));
        await UntilSaysAsync(one, "one is paused; `sbnn resume one");
        Assert.False(one.HasExited);

        Assert.Equal(1, (await _workplace.JsonAsync("resume", "one")).GetProperty("requeued").GetInt32());
        await UntilStatesAsync("one", "running", "running");
        var priority = await _workplace.JsonAsync("priority", "one", "-7");
        Assert.Equal((0, -7), (priority.GetProperty("before").GetInt32(), priority.GetProperty("now").GetInt32()));

        var cancelled = await _workplace.VerbAsync("cancel", "two");
        Assert.Contains("two is cancelled: 1 trial stops with a checkpoint; 1 goes on for other sweeps",
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
    public async Task A_joined_run_goes_on_when_the_first_has_what_it_wanted()
    {
        _workplace.Trainer = GatedTrainer(out var gate);
        var first = _workplace.Start(Spec("first", epochs: 3, "1"), "--slots", "1");
        await UntilSaysAsync(first, "API:");

        // The second's own trial is long enough not to be over while the first one ends.
        var second = _workplace.Start(Spec("second", epochs: 3, "1", "axes: [{epochs: [3, 30]}]"), "--slots", "1");
        await UntilStatesAsync("second", "running", "waiting");
        await File.WriteAllTextAsync(gate, "", Workplace.Patience);

        Assert.Equal(0, await first.WaitAsync());
        Assert.True(await second.WaitAsync() == 0, second.Stdout + second.Stderr);

        Assert.Contains("this one goes on in its place", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("second has 1 trial left", first.Stdout, StringComparison.Ordinal);
        Assert.Contains("1/1", _workplace.Table("first"), StringComparison.Ordinal);
        var shown = await _workplace.JsonAsync("show", "second");
        Assert.Equal(1, shown.GetProperty("trials")[0].GetProperty("attempt").GetInt32()); // The shared trial ran once.
    }

    [Fact]
    public async Task A_joined_run_takes_the_place_of_a_killed_one_and_loses_nothing()
    {
        _workplace.Trainer = GatedTrainer(out var gate);
        var spec = Spec("sweep", epochs: 40, "1, 2");
        var first = _workplace.Start(spec, "--slots", "2");
        await UntilSaysAsync(first, "API:");
        var (left, second) = (_workplace.Start(spec), _workplace.Start(spec, "--slots", "2"));
        await UntilSaysAsync(left, "joined the sbnn that runs here");
        await UntilSaysAsync(second, "joined the sbnn that runs here");
        await UntilRunningAsync("sweep", 2);

        left.Signal(2);
        Assert.Equal(130, await left.WaitAsync());
        await File.WriteAllTextAsync(gate, "", Workplace.Patience);
        await Eventually.UntilAsync(() => _workplace.LiveTrainers().Count == 2, "both trainers to train");
        Assert.Contains("left; sweep goes on", left.Stdout, StringComparison.Ordinal);
        Assert.False(first.HasExited);
        first.Signal(Posix.SigKill);
        await first.WaitAsync();

        Assert.True(await second.WaitAsync() == 0, second.Stdout + second.Stderr);
        Assert.Contains("this one goes on in its place", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("2/2", _workplace.Table("sweep"), StringComparison.Ordinal);
        Assert.Equal([1, 1], _workplace.Attempts()); // The trainers outlived the first and were adopted.
        using var ledger = Sweeps.Ledger.LedgerReader.Open(Path.Combine(_workplace.Home, "ledger.db"));
        foreach (var attempt in await ledger.ReadArtifactsAsync()) // No event was missed.
        {
            var folder = AttemptFolder.Of(_workplace.Trials, attempt.Id.Trial, attempt.Id.Attempt);
            Assert.Equal(File.ReadLines(folder.Events).Count(), attempt.LastSequence);
        }
    }

    [Fact]
    public async Task A_failed_trial_is_retried_and_without_a_head_each_verb_says_what_trains()
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
        foreach (var told in (string[])[broken.Stdout, (await _workplace.VerbAsync("show", "f")).Stdout])
        {
            Assert.Contains(
                "attempt 1: the trainer could not start (exit code 9): apart (crashed, exit code 9); its logs are in "
                    + $"{Text(failure, "logs")}", told, StringComparison.Ordinal);
            Assert.DoesNotContain("its last words", told, StringComparison.Ordinal); // The reason has them.
        }

        var retried = await _workplace.VerbAsync("retry", "f", "--failed");
        Assert.Contains("1 failed trial tried again", retried.Stdout, StringComparison.Ordinal);
        Assert.Contains("nothing trains now", retried.Stdout, StringComparison.Ordinal);
        Assert.Equal(0, (await _workplace.JsonAsync("retry", "f", "--failed")).GetProperty("retried").GetInt32());
        Assert.Equal(1, (await _workplace.JsonAsync("pause", "f")).GetProperty("withdrawn").GetInt32());
        Assert.Contains("nothing trains now", (await _workplace.VerbAsync("resume", "f")).Stdout,
            StringComparison.Ordinal);
        await _workplace.VerbAsync("pause", "f");

        var again = await _workplace.RunAsync(spec);
        Assert.True(again.ExitCode == 0, again.Stdout + again.Stderr);
        Assert.Contains("active again (it was paused)", again.Stdout, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string? ReasonOf(JsonElement trial) => Text(trial.GetProperty("reason"), "text");

    private static IEnumerable<string?> States(JsonElement sweep) =>
        sweep.GetProperty("trials").EnumerateArray().Select(static trial => Text(trial, "state"));

    // A second or so for each trial on an idle core, or as many epochs as it takes never to end.
    private string Spec(string name, int epochs, string seeds, string axes = "") => _workplace.WriteSpec(
        $$"""
        name: {{name}}
        trial: {dataset: synthetic, train-images: 100, test-images: 20, width: 2, epochs: {{epochs}}, batch-size: 50, mixup: 0}
        {{axes}}
        seeds: [{{seeds}}]
        run: {max-attempts: 1}
        """,
        $"{name}.yaml");

    // A trainer that does not begin before the gate's file is there.
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

    private static Task UntilSaysAsync(RunningSbnn sbnn, string words) =>
        Eventually.UntilAsync(() => sbnn.Stdout.Contains(words, StringComparison.Ordinal), words);

    private Task UntilRunningAsync(string sweep, int count) =>
        UntilAsync(sweep, states => states.Count(static state => state == "running") == count);

    private Task UntilStatesAsync(string sweep, params string[] states) =>
        UntilAsync(sweep, found => found.SequenceEqual(states));

    private async Task UntilAsync(string sweep, Func<List<string?>, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Workplace.Patience);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        List<string?> states = [];
        while (!condition(states))
        {
            Assert.True(!limit.IsCancellationRequested, $"{sweep} stays at {string.Join(", ", states)}");
            await tick.WaitForNextTickAsync(Workplace.Patience);
            if (!File.Exists(Path.Combine(_workplace.Home, "head.json"))) continue; // Then the ledger is whole.
            using var ledger = Sweeps.Ledger.LedgerReader.Open(Path.Combine(_workplace.Home, "ledger.db"));
            states = [.. (await ledger.FindProgressAsync(sweep))?.Trials.Select(static trial =>
                Core.Trials.EnumWords.Of(trial.State)) ?? []];
        }
    }
}
