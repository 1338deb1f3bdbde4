using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>What the networks cost, counted from their sizes without building them.</summary>
public sealed class CountedArchitectureTests
{
    private const string Kind = "architectures";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_count_of_every_architecture_agrees(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        var (size, classes) = (golden.In.GetProperty("input")[2].GetInt32(), golden.In.GetProperty("classes").GetInt32());
        var width = golden.In.TryGetProperty("width", out var written) ? written.GetInt32() : 64;
        var found = golden.In.GetProperty("arch").GetString() switch
        {
            "resnet18_ir" => Architectures.ResNet18(width, classes),
            "resnet18_fp" => Architectures.RealResNet18(width, classes, size),
            "reactnet18" => Architectures.ReActNet18(width, classes, size),
            "reactnet_a" => Architectures.ReActNetA(classes),
            var other => throw new InvalidDataException($"{id}: no architecture '{other}' is counted"),
        };

        var binary = golden.Out.GetProperty("binary_layers").EnumerateArray().ToList();
        Assert.Equal(
            binary.Select(layer => new BinaryLayerShape(
                layer.GetProperty("in").GetInt32(), layer.GetProperty("out").GetInt32(), layer.GetProperty("k").GetInt32(),
                layer.GetProperty("stride").GetInt32(), layer.GetProperty("out_h").GetInt32(), layer.GetProperty("out_w").GetInt32())),
            found.BinaryLayers);
        Assert.Equal(binary.Select(layer => layer.GetProperty("N").GetInt64()), found.BinaryLayers.Select(layer => layer.Weights));
        Assert.Equal(binary.Select(layer => layer.GetProperty("dense_bops").GetInt64()), found.BinaryLayers.Select(layer => layer.DenseBops));
        var real = golden.Out.GetProperty("fp_layers").EnumerateArray().ToList();
        Assert.Equal(
            real.Select(layer => layer.GetProperty("type").GetString() == "linear"
                ? RealLayerShape.Linear(layer.GetProperty("in").GetInt32(), layer.GetProperty("out").GetInt32())
                : new RealLayerShape(
                    layer.GetProperty("in").GetInt32(), layer.GetProperty("out").GetInt32(), layer.GetProperty("k").GetInt32(),
                    layer.GetProperty("stride").GetInt32(), layer.GetProperty("out_h").GetInt32(), layer.GetProperty("out_w").GetInt32())),
            found.RealLayers);
        Assert.Equal(real.Select(layer => layer.GetProperty("macs").GetInt64()), found.RealLayers.Select(layer => layer.Macs));
        Assert.Equal(golden.Out.GetProperty("binary_layer_count").GetInt32(), found.BinaryLayers.Count);
        Assert.Equal(golden.Out.GetProperty("N").GetInt64(), found.BinaryWeights);
        Assert.Equal(golden.Out.GetProperty("kernels").GetInt64(), found.Kernels);
        Assert.Equal(golden.Out.GetProperty("dense_bops").GetInt64(), found.DenseBops);
        Assert.Equal(golden.Out.GetProperty("fp_macs").GetInt64(), found.RealMacs);
        Assert.Equal(golden.Out.GetProperty("params_total").GetInt64(), found.Parameters);
        Assert.Equal(golden.Out.GetProperty("params_not_binary").GetInt64(), found.RealParameters);
        golden.HasNumber("ops_macs_plus_bops_over_64", found.Ops);
    }

    [Fact]
    public void ReActNet_18_for_ImageNet_costs_what_Table_4_should_print()
    {
        var counted = Architectures.ReActNet18(64, 1000, 224);

        Assert.Equal((17, 1.378, 1.640), (Math.Round(counted.DenseBops / 1e8), Math.Round(counted.RealMacs / 1e8, 3), Math.Round(counted.Ops / 1e8, 3)));
    }

    public static TheoryData<ModelKind, MethodKind, DomainKind, RecipeKind> Trainable { get; } = new()
    {
        { ModelKind.ResNet18, MethodKind.Sbnn, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ResNet18, MethodKind.Sbnn, DomainKind.Symmetric, RecipeKind.Authors },
        { ModelKind.ResNet18, MethodKind.Sbnn, DomainKind.ClosedForm, RecipeKind.Corrected },
        { ModelKind.ResNet18, MethodKind.IrNet, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ResNet18, MethodKind.FullPrecision, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ReActNet18, MethodKind.Sbnn, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ReActNet18, MethodKind.Sbnn, DomainKind.Learned, RecipeKind.Corrected },
        { ModelKind.ReActNet18, MethodKind.Sbnn, DomainKind.ClosedForm, RecipeKind.Authors },
        { ModelKind.ReActNet18, MethodKind.ReActNet, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ReActNet18, MethodKind.Subbit067, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ReActNet18, MethodKind.Subbit056, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ReActNet18, MethodKind.Subbit044, DomainKind.Learned, RecipeKind.Corrected },
    };

    /// <summary>Reports count from the sizes, the trainer from its network: they must be one.</summary>
    [Theory]
    [MemberData(nameof(Trainable))]
    public void The_network_that_is_trained_has_the_layers_that_are_counted(ModelKind model, MethodKind method, DomainKind domain, RecipeKind recipe)
    {
        using var scope = NewDisposeScope();
        var trial = new TrialSpec { Model = model, Method = method, Domain = domain, Recipe = recipe, Width = 8 };
        using var network = Networks.Create(trial, 20);

        var (built, counted) = (network.Architecture, Architectures.Of(trial, 20));

        Assert.Equal(built.BinaryLayers, counted.BinaryLayers);
        Assert.Equal(built.RealLayers, counted.RealLayers);
        Assert.Equal(built.Parameters, counted.Parameters);
    }
}
