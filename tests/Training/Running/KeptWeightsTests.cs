using System.Globalization;
using System.Security.Cryptography;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>Tests the weights that a trial leaves when its assignment asks for them.</summary>
public sealed class KeptWeightsTests(PreparedSynthetic data) : IDisposable
{
    private const int Steps = 9;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(MethodKind.Sbnn)]
    [InlineData(MethodKind.FullPrecision)]
    public async Task Train_KeepsTheSameWeights_WhenStoppedAtAnyStep(MethodKind method)
    {
        var spec = Trials.Tiny(data, ModelKind.ResNet18, method) with { Epochs = 3, Sparsity = null };
        var undisturbed = await TrainAsync("undisturbed", spec);
        Assert.True(Trials.Result(undisturbed.Path).BestEpoch < 3); // So the best weights cross a checkpoint.
        for (var stopAfter = 1; stopAfter <= Steps; stopAfter++)
        {
            var folder = _folder.In($"{method}-{stopAfter}");
            var assignment = Trials.Assign(folder, data.DataRoot, spec) with { KeepsWeights = true };
            Assert.Equal(AttemptEnding.Stopped, await Trials.TrainAsync(folder, assignment, stopAfter));
            Assert.False(File.Exists(new AttemptFolder(folder).Weights));
            Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment));
            Assert.Equal(Digests(undisturbed), Digests(new AttemptFolder(folder)));
        }
    }

    [Fact]
    public async Task Train_KeepsTheWeightsOfTheReportedEpochAndTheLast_WithTheirMetadata()
    {
        var spec = Trials.Tiny(data) with { Epochs = 3, Sparsity = null };
        var folder = await TrainAsync("kept", spec);

        var result = Trials.Result(folder.Path);
        var (best, last) = (Read(folder.BestWeights), Read(folder.LastWeights));
        Assert.Equal(Text(result.BestEpoch!.Value), best.Metadata["epoch"]);
        Assert.Equal("3", last.Metadata["epoch"]);
        Assert.Equal(result.Trial.Hex, best.Metadata["trial"]);
        Assert.Equal(Text(result.Best!.Correct), best.Metadata["correct"]);
        var layer = result.Last.Layers[0];
        var name = Assert.Single(last.Metadata, pair => pair.Value == Text(layer.Tau)
            && pair.Key.EndsWith(".tau", StringComparison.Ordinal)).Key[..^".tau".Length];
        Assert.Equal(
            (Text(layer.Phi), Text(layer.Phi - layer.Tau), Text(layer.Phi + layer.Tau)),
            (last.Metadata[$"{name}.phi"], last.Metadata[$"{name}.alpha"], last.Metadata[$"{name}.beta"]));
        var weight = Assert.Single(last.Tensors, tensor => tensor.Name == $"{name}.weight");
        Assert.Equal((layer.Weights, layer.Weights * 4), (weight.Shape.Aggregate(1L, (n, m) => n * m),
            weight.Bytes.Length));
        // The file has the weights that were counted: as many of them are positive as the epoch has ones.
        Assert.Equal(layer.Ones, Enumerable.Range(0, (int)layer.Weights)
            .LongCount(i => BitConverter.ToSingle(weight.Bytes.Span[(4 * i)..]) > 0));
        Assert.Equal(last.Tensors.Select(static tensor => tensor.Name), last.Tensors
            .Select(static tensor => tensor.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Train_ProducesTheSameResult_WithAndWithoutKeptWeights()
    {
        var kept = await TrainAsync("with", Trials.Tiny(data));
        var folder = _folder.In("without");
        await Trials.TrainAsync(folder, Trials.Assign(folder, data.DataRoot, Trials.Tiny(data)));

        Assert.Equal(Trials.ResultText(folder), Trials.ResultText(kept.Path));
        Assert.Empty(Directory.EnumerateFiles(folder, "*.safetensors"));
        Assert.False(File.Exists(new AttemptFolder(folder).Weights));
    }

    [Fact]
    public async Task Train_KeepsOnlyTheLastWeights_WhenNoEpochReachesTheTarget()
    {
        var folder = await TrainAsync("missed", Trials.Tiny(data) with { Sparsity = 99, Gamma = 0.01 });

        Assert.Null(DurableFile.ReadJson<KeptWeights>(folder.Weights).Best);
        Assert.False(File.Exists(folder.BestWeights));
        Assert.Equal("2", Read(folder.LastWeights).Metadata["epoch"]);
    }

    [Fact]
    public async Task Train_KeepsNoStaleBestWeights_WhenItKeepsThemOnlyAfterTheBestEpoch()
    {
        var spec = Trials.Tiny(data) with { Epochs = 3, Sparsity = null };
        var best = Trials.Result((await TrainAsync("whole", spec)).Path).BestEpoch!.Value;
        var folder = _folder.In("late");
        var assignment = Trials.Assign(folder, data.DataRoot, spec);
        // A stop after the first step that follows the best epoch, or before the last step.
        await Trials.TrainAsync(folder, assignment, stopAfter: Math.Min((3 * best) + 1, Steps - 1));

        await Trials.TrainAsync(folder, assignment with { KeepsWeights = true });

        var kept = DurableFile.ReadJson<KeptWeights>(new AttemptFolder(folder).Weights);
        Assert.Equal(best == 3, kept.Best is not null);
    }

    [Fact]
    public async Task PruneTrial_KeepsTheWeightsOfTheAttemptWithAResult_AndRemovesOthers()
    {
        var folder = await TrainAsync("trial/2", Trials.Tiny(data));
        var earlier = new AttemptFolder(_folder.In("trial/1"));
        Directory.CreateDirectory(earlier.Path);
        File.Copy(folder.LastWeights, earlier.LastWeights);

        folder.PruneTrial();

        Assert.True(File.Exists(folder.LastWeights));
        Assert.Empty(Directory.EnumerateFiles(earlier.Path));
    }

    private static SafetensorsFile Read(string path) => SafetensorsFile.Parse(File.ReadAllBytes(path), path);

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    // Returns the recorded digests, and checks that they are those of the files.
    private static KeptWeights Digests(AttemptFolder folder)
    {
        var kept = DurableFile.ReadJson<KeptWeights>(folder.Weights);
        Assert.Equal(kept, new KeptWeights(DigestOf(folder.BestWeights), DigestOf(folder.LastWeights)));
        return kept;
    }

    private static string DigestOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private async Task<AttemptFolder> TrainAsync(string name, TrialSpec spec)
    {
        var folder = _folder.In(name);
        var assignment = Trials.Assign(folder, data.DataRoot, spec) with { KeepsWeights = true };
        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment));
        return new AttemptFolder(folder);
    }
}
