using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class ArchitectureTests
{
    private const string Kind = "architectures";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layers_operations_and_parameters_are_those_of_the_paper(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        var architecture = golden.In.GetProperty("arch").GetString();
        Assert.SkipWhen(architecture == "reactnet_a", "ReActNet-A is not built yet");
        Assert.SkipWhen(architecture == "resnet18_fp", "ResNet-18 for ImageNet is not built yet");
        Assert.Equal("resnet18_ir", architecture);
        using var scope = NewDisposeScope();
        var trial = new TrialSpec { Model = ModelKind.ResNet18, Width = golden.In.GetProperty("width").GetInt32() };
        using var network = Networks.Create(trial, golden.In.GetProperty("classes").GetInt32());
        var found = network.Architecture;

        var binary = golden.Out.GetProperty("binary_layers").EnumerateArray().Select(layer => new BinaryLayerShape(
            layer.GetProperty("in").GetInt32(), layer.GetProperty("out").GetInt32(), layer.GetProperty("k").GetInt32(),
            layer.GetProperty("stride").GetInt32(), layer.GetProperty("out_h").GetInt32(), layer.GetProperty("out_w").GetInt32()));
        Assert.Equal(binary, found.BinaryLayers);
        Assert.Equal(golden.Out.GetProperty("binary_layer_count").GetInt32(), found.BinaryLayers.Count);
        Assert.Equal(
            golden.Out.GetProperty("fp_layers").EnumerateArray().Select(layer => layer.GetProperty("macs").GetInt64()),
            found.RealLayers.Select(layer => layer.Macs));
        Assert.Equal(golden.Out.GetProperty("N").GetInt64(), found.BinaryWeights);
        Assert.Equal(golden.Out.GetProperty("kernels").GetInt64(), found.Kernels);
        Assert.Equal(golden.Out.GetProperty("dense_bops").GetInt64(), found.DenseBops);
        Assert.Equal(golden.Out.GetProperty("fp_macs").GetInt64(), found.RealMacs);
        Assert.Equal(golden.Out.GetProperty("params_total").GetInt64(), found.Parameters);
        Assert.Equal(golden.Out.GetProperty("params_not_binary").GetInt64(), found.RealParameters);
        golden.HasNumber("ops_macs_plus_bops_over_64", found.Ops);
    }

    [Theory]
    [InlineData(RecipeKind.Authors, 1000)]
    [InlineData(RecipeKind.Corrected, 100)]
    public void ReActNet_18_has_the_same_binary_weights_as_ResNet_18_on_smaller_maps(RecipeKind recipe, int outputs)
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create(new TrialSpec { Model = ModelKind.ReActNet18, Recipe = recipe }, 100);
        var found = network.Architecture;
        Assert.Equal(10_985_472, found.BinaryWeights);
        Assert.Equal(16, found.BinaryLayers.Count);
        Assert.Equal([16, 8, 4, 2], found.BinaryLayers.Select(layer => layer.OutputHeight).Distinct());
        Assert.Equal(found.BinaryLayers.Select(layer => layer.OutputHeight), found.BinaryLayers.Select(layer => layer.OutputWidth));
        Assert.Equal(RealLayerShape.Linear(512, outputs), found.RealLayers[^1]);
        Assert.Equal([128 * 64 * 64, 256 * 128 * 16, 512 * 256 * 4], found.RealLayers.Skip(1).SkipLast(1).Select(layer => layer.Macs));
    }

    [Fact]
    public void The_baselines_differ_from_sbnn_in_tau_and_phi_only_and_subbit_in_its_patterns()
    {
        using var scope = NewDisposeScope();
        var sbnn = Of(MethodKind.Sbnn);
        var baseline = Of(MethodKind.ReActNet);
        Assert.Equal(sbnn.BinaryLayers, baseline.BinaryLayers);
        Assert.Equal(sbnn.Parameters - 32, baseline.Parameters);
        Assert.Equal(baseline.Parameters + 16 * 9 * 64, Of(MethodKind.Subbit067).Parameters);
        Assert.Equal(baseline.Parameters + 16 * 9 * 32, Of(MethodKind.Subbit056).Parameters);
        Assert.Equal(baseline.Parameters + 16 * 9 * 16, Of(MethodKind.Subbit044).Parameters);

        double[] published = [-0.333, -0.444, -0.556];
        Assert.Equal(published, new[] { MethodKind.Subbit067, MethodKind.Subbit056, MethodKind.Subbit044 }.Select(Saved));

        static double Saved(MethodKind method)
        {
            using var network = Networks.Create(new TrialSpec { Model = ModelKind.ReActNet18, Method = method, Width = 1 }, 10);
            return Math.Round(new KernelStatistics(LayerCounts.Of(network), network.PatternBits).BParamsPr, 3);
        }

        static Architecture Of(MethodKind method)
        {
            using var network = Networks.Create(new TrialSpec { Model = ModelKind.ReActNet18, Method = method, Width = 4 }, 10);
            return network.Architecture;
        }
    }

    [Fact]
    public void The_full_precision_reference_is_the_usual_ResNet_18_for_small_images()
    {
        using var scope = NewDisposeScope();
        using var binary = Networks.Create(new TrialSpec(), 10);
        using var network = Networks.Create(new TrialSpec { Method = MethodKind.FullPrecision }, 10);
        var found = network.Architecture;
        Assert.Equal((0, 0L, 0L, 11_173_962L), (found.BinaryLayers.Count, found.BinaryWeights, found.DenseBops, found.RealParameters));
        Assert.Equal(binary.Architecture.RealMacs + binary.Architecture.DenseBops, found.RealMacs);
        var counts = new KernelStatistics(LayerCounts.Of(network));
        Assert.Equal((0.0, 0.0, 0.0, 0.0), (counts.OnesFraction, counts.K0, counts.BopsPr, counts.BParamsPr));
    }
}
