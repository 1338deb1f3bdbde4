using System.Runtime.Versioning;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>
/// Tests a sweep that is submitted to a head and trained on two nodes. Head and nodes share no folders.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SubmittedSweepTests : IDisposable
{
    // Only the head has these images, so the nodes must fetch them.
    private const string Cifar = """
        name: small
        trial: {dataset: cifar10, width: 4, epochs: 3, batch-size: 40, mixup: 0}
        axes:
          - domain: [symmetric, learned]
        seeds: [1, 2]
        run: {keep: weights}
        """;

    private readonly HeadAndNodes _machines = new() { HasOwnData = true };

    // No server listens at this address, so nothing can be downloaded.
    public SubmittedSweepTests() => _machines.Environment["SBNN_CIFAR_URL"] = "http://127.0.0.1:1";

    public void Dispose() => _machines.Dispose();

    [Fact]
    public async Task Submit_ProducesTheSameReportOnTwoNodes_AsOnOneMachine()
    {
        SmallCifar.Write10(_machines.DataOf("head"), images: 40);
        var undisturbed = UndisturbedReport.OfAsync(Cifar, "small", _machines.DataOf("head"));
        await _machines.StartAllAsync();
        foreach (var node in (string[])["a", "b"])
            Assert.False(Directory.Exists(_machines.DataOf(node))
                && Directory.EnumerateFileSystemEntries(_machines.DataOf(node)).Any());

        Assert.Contains("small: revision 1: 4 new", await _machines.SubmitAsync(Cifar), StringComparison.Ordinal);
        await _machines.AssertEndsAsUndisturbedAsync("small", await undisturbed);

        var trials = await _machines.UntilAsync("small", static trial => trial.State == TrialState.Finished,
            "all trials to finish");
        Assert.Equal(["a", "b"], trials.Select(static trial => trial.Node!.Value.Value).Distinct().Order());
        Assert.All(trials, static trial => Assert.Equal(1, trial.Attempt));
        foreach (var node in (string[])["a", "b"])
            // The nodes fetched the prepared images from the head instead of CIFAR's files.
            Assert.False(Directory.Exists(Path.Combine(_machines.DataOf(node), "cifar-10-batches-bin")));

        foreach (var trial in trials)
        {
            var folder = _machines.FolderOf(trial.Node!.Value.Value, new AttemptId(trial.Key, 1));
            Assert.Equal(await File.ReadAllTextAsync(folder.Events, Workplace.Cancellation),
                await _machines.RunVerbAsync("logs", trial.Key.Short, "--file", "events"));

            // The nodes have sent the weights to the head.
            var copy = _machines.Folder.In($"{trial.Key.Short}.safetensors");
            await _machines.RunVerbAsync(
                "weights", trial.Key.Short, "--last", "--out", copy, "--home", _machines.HeadHome);
            Assert.Equal(await File.ReadAllBytesAsync(folder.LastWeights, Workplace.Cancellation),
                await File.ReadAllBytesAsync(copy, Workplace.Cancellation));
        }
    }

    [Fact]
    public async Task Submit_AcceptsTable2_OnlyWhenTheHeadHasItsImages()
    {
        await _machines.StartHeadAsync();
        var table2 = Path.Combine(Repository.Root, "sweeps", "table2.yaml");

        var refused = await _machines.TryVerbAsync("submit", table2);

        Assert.Equal(2, refused.ExitCode);
        var line = refused.Stderr.Split('\n')[0]; // The further lines suggest what the user can do.
        Assert.Contains("rejected the request: ", line, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:1/cifar-10-binary.tar.gz", line, StringComparison.Ordinal);
        // The rejected sweep was not recorded.
        Assert.Equal(2, (await _machines.TryVerbAsync("show", "table2")).ExitCode);
        Assert.Contains("endless: revision 1: 1 new", await _machines.SubmitAsync(ClusterSpecs.Endless("endless")),
            StringComparison.Ordinal);

        SmallCifar.Write10(_machines.DataOf("head"), images: 40);

        Assert.Contains("table2: revision 1: 27 new", await _machines.RunVerbAsync("submit", table2),
            StringComparison.Ordinal);
        foreach (var show in (string[][])[["show", "table2"], ["show", "table2", "--home", _machines.HeadHome]])
        {
            var shown = await _machines.RunVerbAsync(show);
            Assert.Contains("for a node: no node has joined", shown, StringComparison.Ordinal);
        }
    }
}
