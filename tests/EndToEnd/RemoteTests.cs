using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>
/// Tests commands that use a head through its address and token, from a folder without the head's home and images.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class RemoteTests : IAsyncLifetime
{
    private readonly Workplace _workplace = new();
    private readonly TempFolder _elsewhere = new();
    private readonly List<RunningSbnn> _started = [];
    private RunningSbnn _head = null!;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        _head = _workplace.Start(_workplace.WriteSpec(Spec("busy", epochs: 5000)), "--slots", "2");
        await Eventually.UntilAsync(
            () => _head.Stdout.Contains("API:", StringComparison.Ordinal) || _head.HasExited, "the head to start");
        _address = (await _workplace.JsonAsync("status")).GetProperty("head").GetProperty("address").GetString()!;
    }

    public ValueTask DisposeAsync()
    {
        _started.ForEach(static sbnn => sbnn.Dispose());
        _workplace.Dispose();
        _elsewhere.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Commands_SubmitWatchAndChangeASweep_ThroughTheHeadsAddress()
    {
        Directory.CreateDirectory(_elsewhere.In("published"));
        File.WriteAllText(
            _elsewhere.In("published", "t.yaml"), "{citation: Them, rows: [{id: a, name: Their row, top1: 90.0}]}");
        var spec = Write(Spec("sent", epochs: 2)
            + "\ntable: {published: published/t.yaml, rows: [{label: ours, where: {epochs: 2}, published: a}]}\n");

        var submitted = await RunVerbAsync("submit", spec);
        Assert.True(submitted.ExitCode == 0, submitted.Stdout + submitted.Stderr);
        Assert.Contains("images: synthetic has ", submitted.Stdout, StringComparison.Ordinal);
        Assert.Contains("sent: revision 1: 1 new", submitted.Stdout, StringComparison.Ordinal);
        Assert.Contains($"watch it with `sbnn watch sent --head {ShellForm}`", submitted.Stdout,
            StringComparison.Ordinal);

        var watched = await RunVerbAsync("watch", "sent");
        Assert.True(watched.ExitCode == 0, watched.Stdout + watched.Stderr);
        Assert.Contains("finished", watched.Stdout, StringComparison.Ordinal);
        Assert.Contains("| ours |", watched.Stdout, StringComparison.Ordinal);
        Assert.Contains("90.0", watched.Stdout, StringComparison.Ordinal);

        var tables = await RunVerbAsync("tables", "sent", "--out", _elsewhere.In("fetched"));
        Assert.True(tables.ExitCode == 0, tables.Stdout + tables.Stderr);
        var table = await RunVerbAsync("tables", "sent", "--format", "csv");
        Assert.Equal(0, (await _workplace.CommandAsync("tables", "sent", "--out", _elsewhere.In("local"))).ExitCode);
        var local = Directory.GetFiles(_elsewhere.In("local", "sent"));
        Assert.Equal(local.Length, Directory.GetFiles(_elsewhere.In("fetched", "sent")).Length);
        Assert.All(local, file => Assert.Equal(
            File.ReadAllBytes(file), File.ReadAllBytes(_elsewhere.In("fetched", "sent", Path.GetFileName(file)))));
        Assert.Equal(File.ReadAllText(_elsewhere.In("local", "sent", "table.csv")).ReplaceLineEndings("\n"),
            table.Stdout.ReplaceLineEndings("\n"));

        var there = await RunVerbAsync("show", "sent", "--json");

        Assert.Contains("busy is paused", (await RunVerbAsync("pause", "busy")).Stdout, StringComparison.Ordinal);
        Assert.Contains("busy is active again", (await RunVerbAsync("resume", "busy")).Stdout,
            StringComparison.Ordinal);
        Assert.Equal("busy has priority 7 (it was 0)\n", (await RunVerbAsync("priority", "busy", "7")).Stdout);
        Assert.Equal("sent has no failed trials\n", (await RunVerbAsync("retry", "sent", "--failed")).Stdout);
        Assert.False(Directory.Exists(_elsewhere.In(".sbnn"))); // The command did not create a home.
        Assert.False(Directory.Exists(_elsewhere.In("out")));

        _head.Signal(15);
        await _head.WaitAsync();
        // The head has ended, so the command reads the ledger itself.
        var here = await _workplace.JsonAsync("show", "sent");
        Assert.Equal(here.GetProperty("trials").GetRawText(),
            JsonSerializer.Deserialize<JsonElement>(there.Stdout).GetProperty("trials").GetRawText());
    }

    [Fact]
    public async Task Watch_DoesNotStopTheSweep_OnCtrlC()
    {
        var watching = Start(Token, "watch", "busy");
        await Eventually.UntilAsync(
            () => watching.Stdout.Contains("starting", StringComparison.Ordinal)
            || watching.Stdout.Contains("epoch", StringComparison.Ordinal), "progress");

        watching.Signal(2);

        Assert.Equal(130, await watching.WaitAsync());
        Assert.Contains("stopped watching; busy continues. To watch it again: `sbnn watch busy", watching.Stdout,
            StringComparison.Ordinal);
        Assert.Equal("active", (await _workplace.JsonAsync("show", "busy")).GetProperty("desiredState").GetString());
    }

    [Fact]
    public async Task Submit_RecordsBothSweeps_WhenTheyAreSubmittedAtTheSameTime()
    {
        var both = await Task.WhenAll(
            RunVerbAsync("submit", Write(Spec("one", epochs: 1), "one.yaml")),
            RunVerbAsync("submit", Write(Spec("two", epochs: 1), "two.yaml")));

        Assert.All(both, static one => Assert.True(one.ExitCode == 0, one.Stdout + one.Stderr));
        var sweeps = (await _workplace.JsonAsync("status")).GetProperty("sweeps").EnumerateArray()
            .Select(static sweep => sweep.GetProperty("name").GetString());
        Assert.Equal(["busy", "one", "two"], sweeps);
    }

    [Fact]
    public async Task Submit_ExitsWith2_WhenTheHeadHasNoSuchImages()
    {
        var (exitCode, _, stderr) = await RunVerbAsync(
            "submit", Write("{name: sent, trial: {dataset: image-folder, folder: not-there}}"));

        Assert.Equal(2, exitCode);
        Assert.Contains("rejected the request: ", stderr, StringComparison.Ordinal);
        Assert.Contains("not-there", stderr, StringComparison.Ordinal);
        Assert.Equal(2, (await RunVerbAsync("show", "sent")).ExitCode); // The sweep was not recorded.
    }

    [Fact]
    public async Task Commands_ExitWith2AndNameTheSourceOfTheToken_WhenTheTokenIsWrong()
    {
        var running = Start(new string('0', 64), "status");

        Assert.Equal(2, await running.WaitAsync());
        Assert.StartsWith("SBNN_TOKEN: the token is not valid ", running.Stderr, StringComparison.Ordinal);
        Assert.EndsWith($" {_address}/\n", running.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_Succeeds_WhenAnSbnnRunsOnTheHome()
    {
        var (exitCode, stdout, stderr) =
            await _workplace.CommandAsync("submit", Write(Spec("sent", epochs: 1)), "--json");

        Assert.True(exitCode == 0, stdout + stderr);
        Assert.Equal(1, JsonSerializer.Deserialize<JsonElement>(stdout).GetProperty("newTrials").GetInt32());
        Assert.Equal(0, (await _workplace.CommandAsync("watch", "sent")).ExitCode);
    }

    [Fact]
    public async Task Submit_ExitsWith2_WhenNoSbnnRunsOnTheHome()
    {
        using var other = new Workplace();

        var (exitCode, _, stderr) = await other.CommandAsync("submit", Write(Spec("sent", epochs: 1)));

        Assert.Equal(2, exitCode);
        Assert.StartsWith(
            $"--home: sbnn is not running on home {other.Home}; start one with `sbnn serve", stderr,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(other.Home));
    }

    private string Token => File.ReadAllText(Path.Combine(_workplace.Home, "token"));

    // The address needs no quotes, because none of its characters has a meaning in a shell.
    private string ShellForm => _address;

    private static string Spec(string name, int epochs) =>
        $"name: {name}\ntrial: {{dataset: synthetic, train-images: 100, test-images: 20, "
        + $"width: 2, epochs: {epochs}, batch-size: 50, mixup: 0}}";

    private string Write(string yaml, string name = "spec.yaml")
    {
        var path = _elsewhere.In(name);
        File.WriteAllText(path, yaml);
        return path;
    }

    private async Task<(int ExitCode, string Stdout, string Stderr)> RunVerbAsync(string verb, params string[] more)
    {
        var running = Start(Token, verb, more);
        return (await running.WaitAsync(), running.Stdout, running.Stderr);
    }

    private RunningSbnn Start(string token, string verb, params string[] more)
    {
        var environment = new Dictionary<string, string?>
        {
            ["SBNN_TOKEN"] = token,
            ["SBNN_DATA"] = _elsewhere.In("no-images"),
        };
        var started = RunningSbnn.Start(
            _elsewhere.Path, environment, [RunningSbnn.Program, verb, .. more, "--head", _address]);
        _started.Add(started);
        return started;
    }
}
