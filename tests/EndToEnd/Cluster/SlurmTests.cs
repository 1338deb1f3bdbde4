using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>
/// Tests <c>sbnn slurm</c> with a real SLURM. A time limit of SLURM is at least one minute, and a requeued job waits
/// two minutes. So the test signals the jobs itself, and lets them start again immediately. With SBNN_SLURM_MINUTES=2,
/// it leaves both to SLURM, with that time limit and more training.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed partial class SlurmTests : IDisposable
{
    private const string Name = "on-slurm";
    private static readonly string? Minutes = Environment.GetEnvironmentVariable("SBNN_SLURM_MINUTES");

    private static readonly string Spec = $$"""
        name: {{Name}}
        trial: {dataset: synthetic, train-images: 200, test-images: 50, width: 4, epochs: {{(Minutes is null ? 60 : 240)}}, batch-size: 20, learning-rate: 0.005, mixup: 0}
        seeds: [1, 2]
        run: {backoff: 100ms, checkpoint-every: 1s}
        """;

    private readonly HeadAndNodes _machines = new() { Grace = 60 };
    private SlurmCluster? _slurm;

    private SlurmCluster Slurm => _slurm!;

    private string Temporary => Directory.CreateDirectory(_machines.Folder.In("temporary")).FullName;

    public void Dispose()
    {
        _slurm?.Dispose();
        _machines.Dispose();
    }

    [Fact]
    public async Task Sweep_EndsAsUndisturbed_WhenItsJobsAreRequeued()
    {
        var undisturbed = UndisturbedReport.OfAsync(Spec, Name);
        await StartAsync();
        await _machines.SubmitAsync(Spec);
        var id = await SubmitJobsAsync(idleExit: "20s");
        if (Minutes is null)
        {
            var trials = await _machines.UntilAsync(
                Name, static trial => trial is { State: TrialState.Running, Epoch: > 1 }, "both trials to train");
            Assert.Equal([$"slurm-{id}-1", $"slurm-{id}-2"], trials.Select(static trial => $"{trial.Node}").Order());
            await CutAsync($"{id}_1", $"{id}_2");
        }

        await _machines.AssertEndsAsUndisturbedAsync(Name, await undisturbed);

        // Idle nodes end their jobs, and nothing of them stays on the machine.
        foreach (var job in (string[])[$"{id}_1", $"{id}_2"])
        {
            await Slurm.ReleaseUntilAsync(job, "COMPLETED");
            Assert.True((await Slurm.FindAsync(job)).Requeues > 0, job);
        }

        Assert.Empty(Directory.EnumerateDirectories(Temporary, "sbnn-*"));
        Assert.Empty((await _machines.NodesAsync())!);
        Assert.All(await _machines.TrialsAsync(Name) ?? [], static trial => Assert.True(trial.Attempt > 1));
        await _machines.AssertSoundAsync();
        foreach (var task in (string[])["1", "2"])
            TestContext.Current.TestOutputHelper?.WriteLine(await File.ReadAllTextAsync(
                _machines.Folder.In("elsewhere", $"sbnn-{id}-{task}.log"), Workplace.Cancellation));
    }

    [Fact]
    public async Task Job_IsNotRequeuedAndItsNodeLeaves_WhenItIsCancelled()
    {
        await StartAsync();
        await _machines.SubmitAsync(ClusterSpecs.Endless("endless", trials: 2));
        var id = await SubmitJobsAsync(idleExit: "5m");
        await _machines.UntilAsync(
            "endless", static trial => trial is { State: TrialState.Running, Epoch: > 1 }, "both trials to train");

        await Slurm.RunAsync("scancel", id);

        foreach (var task in (string[])["1", "2"])
        {
            Assert.Equal(0, await Slurm.UntilAsync($"{id}_{task}", "CANCELLED"));
            await Eventually.UntilAsync(
                async () => (await _machines.NodesAsync())!.All(node => node.Name != $"slurm-{id}-{task}"),
                "the head to forget the node");
        }

        Assert.All(await _machines.TrialsAsync("endless") ?? [],
            static trial => Assert.Equal(TrialState.Waiting, trial.State));
        await Eventually.UntilAsync(() => !Directory.EnumerateDirectories(Temporary, "sbnn-*").Any(),
            "the nodes' homes to be deleted");
    }

    private async Task StartAsync()
    {
        _slurm = await SlurmCluster.StartAsync();
        _machines.Environment["SLURM_CONF"] = Slurm.Configuration;
        _machines.Environment["TMPDIR"] = Temporary;
        await _machines.StartHeadAsync();
    }

    private async Task<string> SubmitJobsAsync(string idleExit)
    {
        var printed = await _machines.RunVerbAsync(
            "slurm", "--join-file", _machines.Folder.In(JoinDocuments.JoinFile), "--cpu", "--submit", "--jobs", "2",
            "--margin", "30s", "--idle-exit", idleExit, "--data", Workplace.Cache, "--", $"--time={Minutes ?? "10"}");
        var submitted = Submitted().Match(printed);
        Assert.True(submitted.Success, printed);
        return submitted.Groups[1].Value;
    }

    // Sends what SLURM sends before the time limit, and releases the requeued jobs.
    private async Task CutAsync(params string[] jobs)
    {
        foreach (var job in jobs) await Slurm.RunAsync("scancel", "--batch", "--signal=USR1", job);
        foreach (var job in jobs) Assert.Equal(1, await Slurm.UntilAsync(job, "PENDING"));
        foreach (var job in jobs) await Slurm.ReleaseUntilAsync(job, "RUNNING");
    }

    [GeneratedRegex(@"^submitted job (\d+): 2 nodes, named slurm-\1-1 to slurm-\1-2$", RegexOptions.Multiline)]
    private static partial Regex Submitted();
}
