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
        Assert.SkipUnless(golden.In.GetProperty("arch").GetString() == "resnet18_ir", "model not built yet");
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
}
