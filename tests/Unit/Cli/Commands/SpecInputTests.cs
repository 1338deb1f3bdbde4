using System.Diagnostics;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>Tests specs that are read from standard input and pipes.</summary>
public sealed class SpecInputTests : IDisposable
{
    // The only mistake is in line 3. If the file of published results were not found, line 4 would be a mistake, too.
    private const string InvalidSpec = "name: tiny\ntrial:\n  widht: 4\ntable: {published: figures.yaml}\n";
    private const string PublishedResults = "citation: A paper\nrows:\n  - {id: a, name: A, top1: 90}\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("explain - < below/spec.yaml", "standard input")]
    [InlineData("run - < below/spec.yaml", "standard input")]
    [InlineData("explain /dev/stdin < <(cat below/spec.yaml)", "/dev/stdin")]
    [InlineData("run <(cat below/spec.yaml)", "/dev/fd/63")]
    public async Task Commands_ReadASpecFromAPipe_AndItsReferencesFromTheWorkingFolder(string command, string name)
    {
        Directory.CreateDirectory(_folder.In("below"));
        await File.WriteAllTextAsync(_folder.In("below", "spec.yaml"), InvalidSpec,
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.In("figures.yaml"), PublishedResults,
            TestContext.Current.CancellationToken);

        string[] shell = ["bash", "-c", $"exec {RunningSbnn.Program} {command}"];
        using var sbnn = RunningSbnn.Start(_folder.Path, new Dictionary<string, string?>(), shell);

        Assert.Equal(2, await sbnn.WaitAsync());
        var line = Assert.Single(sbnn.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{name}:3: trial.widht: ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ExitsWith130_WhenStoppedWhileWaitingForASpec()
    {
        using (var mkfifo = Process.Start("mkfifo", [_folder.In("pipe")]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var captured = new CapturedConsole();
        using var stop = new CancellationTokenSource();
        var options = new RunOptions(
            _folder.In("pipe"), new HomeFolder(_folder.In("home")), _folder.In("data"), _folder.In("out"),
            Threads: 1, Slots: 1, NodeGpus.None, Port: 0, TimeSpan.FromMinutes(1), RetryFailed: false, Verbose: false);

        var sweep = new SweepRun(options, captured.Console, TimeProvider.System, stop.Token);
        var run = Task.Run(sweep.RunAsync, TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        Assert.Equal(130, await run.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(_folder.In("home")));
    }
}
