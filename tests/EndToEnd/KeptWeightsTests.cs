using System.Runtime.Versioning;
using System.Security.Cryptography;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests <c>run.keep: weights</c> and <c>sbnn weights</c> with real processes and real training.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeptWeightsTests : IDisposable
{
    private const string Spec = """
        name: kept
        trial: {dataset: synthetic, train-images: 40, test-images: 20, width: 2, epochs: 2, batch-size: 20, mixup: 0}
        seeds: [1]
        table:
          title: A tiny table
          columns: [domain, top1]
        """;

    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Weights_CopiesTheWeights_WhenTheRunKeptThem()
    {
        var spec = _workplace.WriteSpec(Spec + "\nrun: {keep: weights}\n");
        var run = await _workplace.RunAsync(spec);
        Assert.True(run.ExitCode == 0, run.Stdout + run.Stderr);
        var trial = Path.GetFileName(Assert.Single(Directory.GetDirectories(_workplace.Trials)));
        var copy = Path.Combine(_workplace.Folder, "copy.safetensors");

        var (exitCode, stdout, stderr) = await _workplace.CommandAsync("weights", trial, "--out", copy, "--last");

        Assert.True(exitCode == 0, stderr);
        var bytes = await File.ReadAllBytesAsync(copy, Workplace.Cancellation);
        Assert.EndsWith($"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}\n", stdout,
            StringComparison.Ordinal);
        var file = SafetensorsFile.Parse(bytes, copy);
        Assert.Equal((trial, "2"), (file.Metadata["trial"], file.Metadata["epoch"]));
        Assert.Contains(file.Tensors, static tensor => tensor is { Type: "F32", Shape.Count: 4 });
        Assert.Empty(Directory.GetFiles(_workplace.Trials, "checkpoint-*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Explain_CountsFinishedTrialsWithoutWeights_AndARunDoesNotTrainThemAgain()
    {
        Assert.Equal(0, (await _workplace.RunAsync(_workplace.WriteSpec(Spec))).ExitCode);
        var keeping = _workplace.WriteSpec(Spec + "\nrun: {keep: weights}\n");

        var explained = await _workplace.CommandAsync("explain", keeping, "--data", _workplace.DataRoot);
        var run = await _workplace.RunAsync(keeping);

        Assert.Contains("1 finished trial will have no kept weights, because finished trials are not trained again",
            explained.Stdout, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal([1], _workplace.Attempts());
    }
}
