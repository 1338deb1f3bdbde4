using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests <c>sbnn run</c> with real processes, real training and real files.</summary>
[SupportedOSPlatform("linux")]
public sealed class RunTests : IDisposable
{
    // Four tiny trials of about six seconds each on one core, so that processes can be killed during the training.
    private const string Tiny = """
        name: tiny
        trial:
          dataset: synthetic
          train-images: 400
          test-images: 100
          width: 4
          epochs: 4
          batch-size: 20
          learning-rate: 0.005
          mixup: 0
        axes:
          - domain: [symmetric, learned]
        seeds: [1, 2]
        table:
          title: A tiny table
          columns: [domain, constraint, top1, delta, bops-pr, bparams-pr, k0, k1]
          rows:
            - label: symmetric
              where: {domain: symmetric}
              baseline: true
            - label: learned
              where: {domain: learned}
        run:
          backoff: 100ms
        """;

    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Run_WritesTheTable_AndASecondRunTrainsNothing()
    {
        var spec = _workplace.WriteSpec(Tiny);

        var first = await _workplace.RunAsync(spec);
        Assert.True(first.ExitCode == 0, first.Stdout + first.Stderr);
        var table = _workplace.TableBytes("tiny", "table.md");
        Assert.Contains("2/2", _workplace.Table("tiny"), StringComparison.Ordinal);
        Assert.Contains("resume-exact (all rows)", _workplace.Table("tiny"), StringComparison.Ordinal);
        Assert.Equal([1, 1, 1, 1], _workplace.Attempts());

        var second = await _workplace.RunAsync(spec);
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(table, _workplace.TableBytes("tiny", "table.md"));
        Assert.Equal([1, 1, 1, 1], _workplace.Attempts());
        Assert.DoesNotContain("running", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("A tiny table", second.Stdout, StringComparison.Ordinal);
        // Output to a pipe contains no escape sequences.
        Assert.DoesNotContain("\u001b", first.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_StartsNothing_WhenTheTrainerCannotLoadItsLibraries()
    {
        _workplace.ScriptTrainer("exit 9", preparing: ":");
        File.WriteAllText(_workplace.Trainer!, File.ReadAllText(_workplace.Trainer!)
            .Replace("[ -d", "[ \"$1\" = check ] && { echo 'sbnn-trainer: libtorch_cpu: gone' >&2; exit 1; }\n[ -d",
                StringComparison.Ordinal));

        var (exitCode, _, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Tiny));

        Assert.Equal((2, "libtorch_cpu: gone\n"), (exitCode, stderr));
        Assert.False(Directory.Exists(_workplace.Trials));
    }

    [Fact]
    public async Task Run_ReportsInexactResuming_OnStderrAndInEveryReport()
    {
        // A first run checks whether resuming is exact and stores the outcome in the data root. The test changes the
        // stored outcome, and a run on a new home uses it, because the outcome applies to the machine.
        _workplace.DataRoot = Path.Combine(_workplace.Folder, "data");
        var spec = _workplace.WriteSpec(Tiny.Replace("epochs: 4", "epochs: 1", StringComparison.Ordinal));
        Assert.Equal(0, (await _workplace.RunAsync(spec)).ExitCode);
        var outcome = Assert.Single(
            Directory.GetFiles(Path.Combine(_workplace.DataRoot, "preflights"), "outcome.json",
                SearchOption.AllDirectories));
        var found = await File.ReadAllTextAsync(outcome, Workplace.Cancellation);
        Assert.Contains("\"isExact\": true", found, StringComparison.Ordinal);
        await File.WriteAllTextAsync(outcome,
            found.Replace("\"isExact\": true", "\"isExact\": false", StringComparison.Ordinal), Workplace.Cancellation);
        Directory.Delete(_workplace.Home, recursive: true);

        var run = await _workplace.RunAsync(spec);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("resuming is not exact on 'cpu ", run.Stderr, StringComparison.Ordinal);
        Assert.Contains("‡ resume-inexact (all rows)", run.Stdout, StringComparison.Ordinal);
        Assert.Equal(2, _workplace.Table("tiny").Split(" ‡ |").Length - 1);
        foreach (var file in (string[])["table.csv", "layers.csv"])
            Assert.Contains(",resume-inexact\n",
                System.Text.Encoding.UTF8.GetString(_workplace.TableBytes("tiny", file)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_EndsWithTheSameTable_AfterKillsOfTrainerAndSbnn()
    {
        using var quiet = new Workplace();
        var undisturbed = await quiet.RunAsync(quiet.WriteSpec(Tiny));
        Assert.True(undisturbed.ExitCode == 0, undisturbed.Stdout + undisturbed.Stderr);

        var spec = _workplace.WriteSpec(Tiny);
        var doomed = _workplace.Start(spec);
        ProcessMark? trainer = null; // Between two trials there is a moment in which no trainer runs.
        await Eventually.UntilAsync(
            () => doomed.Stdout.Contains("epoch", StringComparison.Ordinal)
                && _workplace.LiveTrainers() is [var live, ..] && (trainer = live) is not null,
            "the first epoch");
        Posix.SignalGroup(trainer!.Pid, Posix.SigKill);
        await Eventually.UntilAsync(() => _workplace.IsAttemptAlive(2), "a second attempt of the killed trial");
        doomed.Signal(Posix.SigKill);
        await doomed.WaitAsync();
        // Trainers continue after their silo was killed, and the next run adopts them.
        Assert.True(_workplace.IsAttemptAlive(2));

        var again = await _workplace.RunAsync(spec);
        Assert.True(again.ExitCode == 0, again.Stdout + again.Stderr);
        // The kill of sbnn did not cause another attempt, so only the killed trainer's trial has two attempts.
        Assert.Equal(1, _workplace.Attempts().Count(static n => n == 2));
        foreach (var file in (string[])["table.md", "table.csv"])
            Assert.Equal(quiet.TableBytes("tiny", file), _workplace.TableBytes("tiny", file));
    }

    [Fact]
    public async Task Run_LeavesNoTrainerOnCtrlC_AndContinuesWhenRepeated()
    {
        var spec = _workplace.WriteSpec(Tiny);
        var stopped = _workplace.Start(spec);
        // The test waits for a file, because sbnn may print the first epoch only after all these short trials are
        // finished.
        await Eventually.UntilAsync(
            () => _workplace.AttemptFolders(1).Any(static folder => File.Exists(folder.Events)), "the first event");
        stopped.Signal(2);

        Assert.Equal(130, await stopped.WaitAsync());
        Assert.Empty(_workplace.LiveTrainers());
        Assert.Contains(RunReport.StoppedMessage, stopped.Stdout, StringComparison.Ordinal);

        var again = await _workplace.RunAsync(spec);
        Assert.True(again.ExitCode == 0, again.Stdout + again.Stderr);
        Assert.Contains("2/2", _workplace.Table("tiny"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_ReturnsSweepsAndTrials_DuringARun()
    {
        var running = _workplace.Start(_workplace.WriteSpec(Tiny));
        await Eventually.UntilAsync(() => running.Stdout.Contains("starting", StringComparison.Ordinal),
            "a trial to occupy a slot");
        var address = new Uri(
            running.Stdout.Split('\n').Single(static line => line.StartsWith("API: ", StringComparison.Ordinal))[5..]);
        using var http = _workplace.Client();

        using var sweep = JsonDocument.Parse(await http.GetStringAsync(address, Workplace.Cancellation));
        Assert.Equal("tiny", sweep.RootElement.GetProperty("name").GetString());
        using var trials =
            JsonDocument.Parse(await http.GetStringAsync(new Uri($"{address}/trials"), Workplace.Cancellation));
        Assert.Equal(4, trials.RootElement.GetProperty("total").GetInt32());
        Assert.Equal("running", trials.RootElement.GetProperty("items")[0].GetProperty("state").GetString());
        using var sweeps =
            JsonDocument.Parse(await http.GetStringAsync(new Uri(address, "/api/v1/sweeps"), Workplace.Cancellation));
        var counts = Assert.Single(sweeps.RootElement.GetProperty("items").EnumerateArray()).GetProperty("counts");
        Assert.Equal(4, counts.GetProperty("trials").GetInt32());
        using var missing = await http.GetAsync(new Uri(address, "/api/v1/sweeps/none"), Workplace.Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("no sweep is named none", await missing.Content.ReadAsStringAsync(Workplace.Cancellation),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RecordsTheTextThatItExpanded_WhenTheFileIsEditedMeanwhile()
    {
        var gate = Path.Combine(_workplace.Folder, "gate");
        _workplace.ScriptTrainer("exec \"$REAL\" \"$1\"",
            preparing: $"echo > '{gate}.requested'; while [ ! -e '{gate}' ]; do sleep 0.05; done");
        var text = Tiny.Replace("epochs: 4", "epochs: 1", StringComparison.Ordinal)
            .Replace("seeds: [1, 2]", "seeds: [1]", StringComparison.Ordinal);
        var run = _workplace.Start(_workplace.WriteSpec(text));
        await Eventually.UntilAsync(() => File.Exists($"{gate}.requested"), "the images to be prepared");

        _workplace.WriteSpec(text.Replace("seeds: [1]", "seeds: [1, 2, 3]", StringComparison.Ordinal));
        await File.WriteAllTextAsync(gate, "", Workplace.Cancellation);

        Assert.True(await run.WaitAsync() == 0, run.Stdout + run.Stderr);
        using var connection =
            new SqliteConnection(
                $"Data Source={Path.Combine(_workplace.Home, "ledger.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var recorded = connection.CreateCommand();
        recorded.CommandText = "SELECT spec_text FROM revisions";
        Assert.Equal(text, await recorded.ExecuteScalarAsync(Workplace.Cancellation));
    }

    [Fact]
    public async Task Run_ExitsWith2AndPrintsTheReason_WhenTheImagesDoNotExist()
    {
        var spec = _workplace.WriteSpec(Tiny
            .Replace("dataset: synthetic", "dataset: image-folder\n  folder: no-such-folder",
                StringComparison.Ordinal));

        var (exitCode, _, stderr) = await _workplace.RunAsync(spec);

        Assert.Equal(2, exitCode);
        Assert.Contains("no-such-folder", stderr, StringComparison.Ordinal);
    }
}
