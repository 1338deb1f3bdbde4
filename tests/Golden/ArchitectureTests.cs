using System.Text.Json;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class ArchitectureTests
{
    private const string Kind = "architectures";

    // The vectors and the authors' files use different names for the same networks.
    private static readonly Dictionary<string, (ModelKind Model, MethodKind Method)> Models =
        new(StringComparer.Ordinal)
        {
            ["resnet18_ir"] = (ModelKind.ResNet18, MethodKind.Sbnn),
            ["resnet18_cifar"] = (ModelKind.ResNet18, MethodKind.Sbnn),
            ["reactnet18"] = (ModelKind.ReActNet18, MethodKind.Sbnn),
            ["reactnet18_cifar"] = (ModelKind.ReActNet18, MethodKind.Sbnn),
            ["reactnet_a"] = (ModelKind.ReActNetA, MethodKind.Sbnn),
            ["resnet18_fp"] = (ModelKind.ResNet18ImageNet, MethodKind.FullPrecision),
        };

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Network_HasTheLayersAndParameters_OfThePaper(string id)
    {
        var (golden, trial, classes) = Load(id);
        using var scope = NewDisposeScope();
        using var network = Networks.Create(trial, classes);

        Assert.Equal(Binary(golden), network.Architecture.BinaryLayers);
        Assert.Equal(Real(golden), network.Architecture.RealLayers);
        Assert.Equal(golden.Out.GetProperty("N").GetInt64(), network.BinaryLayers.Sum(layer => layer.Weight.numel()));
        Assert.Equal(golden.Out.GetProperty("params_total").GetInt64(), network.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Architectures_HaveTheOperationCounts_OfThePaper(string id)
    {
        var (golden, trial, classes) = Load(id);

        var counted = Architectures.Of(trial, classes);

        Assert.Equal(Binary(golden), counted.BinaryLayers);
        Assert.Equal(Real(golden), counted.RealLayers);
        Assert.Equal(golden.Out.GetProperty("kernels").GetInt64(), counted.BinaryLayers.Sum(layer => layer.Kernels));
        Assert.Equal(golden.Out.GetProperty("dense_bops").GetInt64(), counted.DenseBops);
        Assert.Equal(golden.Out.GetProperty("fp_macs").GetInt64(), counted.RealMacs);
        golden.AssertNumber("ops_macs_plus_bops_over_64", counted.Ops);
    }

    [Theory]
    [InlineData(RecipeKind.Authors, 1000)]
    [InlineData(RecipeKind.Corrected, 100)]
    public void ReActNet18_HasAsManyBinaryWeightsAsResNet18_OnSmallerFeatureMaps(RecipeKind recipe, int outputs)
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create(new TrialSpec { Model = ModelKind.ReActNet18, Recipe = recipe }, 100);
        var found = network.Architecture;
        Assert.Equal(10_985_472, found.BinaryLayers.Sum(layer => layer.Weights));
        Assert.Equal(16, found.BinaryLayers.Count);
        Assert.Equal([16, 8, 4, 2], found.BinaryLayers.Select(layer => layer.OutputHeight).Distinct());
        Assert.Equal(found.BinaryLayers.Select(layer => layer.OutputHeight),
            found.BinaryLayers.Select(layer => layer.OutputWidth));
        Assert.Equal(RealLayerShape.Linear(512, outputs), found.RealLayers[^1]);
        Assert.Equal([128 * 64 * 64, 256 * 128 * 16, 512 * 256 * 4], found.RealLayers.Skip(1).SkipLast(1)
            .Select(layer => layer.Macs));
    }

    [Fact]
    public void Baselines_DifferFromSbnn_OnlyInTauPhiAndPatterns()
    {
        using var scope = NewDisposeScope();
        var sbnn = Parameters(MethodKind.Sbnn);
        Assert.Equal(sbnn - 32, Parameters(MethodKind.ReActNet));
        Assert.Equal(sbnn - 32 + (16 * 9 * 64), Parameters(MethodKind.Subbit067));
        Assert.Equal(sbnn - 32 + (16 * 9 * 32), Parameters(MethodKind.Subbit056));
        Assert.Equal(sbnn - 32 + (16 * 9 * 16), Parameters(MethodKind.Subbit044));

        static long Parameters(MethodKind method)
        {
            using var network =
                Networks.Create(new TrialSpec { Model = ModelKind.ReActNet18, Method = method, Width = 4 }, 10);
            return network.parameters().Sum(p => p.numel());
        }
    }

    [Fact]
    public void Subbit_SavesThePublishedFraction_OfParameters()
    {
        using var scope = NewDisposeScope();
        double[] published = [-0.333, -0.444, -0.556];
        Assert.Equal(published,
            new[] { MethodKind.Subbit067, MethodKind.Subbit056, MethodKind.Subbit044 }.Select(Saved));

        static double Saved(MethodKind method)
        {
            using var network =
                Networks.Create(new TrialSpec { Model = ModelKind.ReActNet18, Method = method, Width = 1 }, 10);
            return Math.Round(new KernelStatistics(LayerCounts.Of(network), network.PatternBits).BParamsPr, 3);
        }
    }

    [Fact]
    public void FullPrecision_HasTheSizeOfTheUsualResNet18_ForSmallImages()
    {
        using var scope = NewDisposeScope();
        using var binary = Networks.Create(new TrialSpec(), 10);
        using var network = Networks.Create(new TrialSpec { Method = MethodKind.FullPrecision }, 10);
        var found = network.Architecture;
        Assert.Equal((0, 0L, 11_173_962L),
            (found.BinaryLayers.Count, found.DenseBops, network.parameters().Sum(p => p.numel())));
        Assert.Equal(binary.Architecture.RealMacs + binary.Architecture.DenseBops, found.RealMacs);
        var counts = new KernelStatistics(LayerCounts.Of(network));
        Assert.Equal((0.0, 0.0, 0.0, 0.0), (counts.OnesFraction, counts.K0, counts.BopsPr, counts.BParamsPr));
    }

    [Theory]
    [InlineData(ModelKind.ResNet18ImageNet, 1_814_073_344, 11_689_512)]
    [InlineData(ModelKind.ResNet34ImageNet, 3_663_761_408, 21_797_672)]
    [InlineData(ModelKind.MobileNetV1, 568_740_352, 4_231_976)]
    public void FullPrecision_HasTheUsualSize_InImageNetsLayout(ModelKind model, long macs, long parameters)
    {
        using var scope = NewDisposeScope();
        using var network = Networks.Create(
            new TrialSpec { Model = model, Method = MethodKind.FullPrecision }, Architectures.ImageNetClasses);
        Assert.Equal((macs, parameters), (network.Architecture.RealMacs, network.parameters().Sum(p => p.numel())));
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
        { ModelKind.ReActNetA, MethodKind.Sbnn, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ReActNetA, MethodKind.Sbnn, DomainKind.ClosedFormCentred, RecipeKind.Corrected },
        { ModelKind.ReActNetA, MethodKind.ReActNet, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ReActNet18ImageNet, MethodKind.Sbnn, DomainKind.ZeroOne, RecipeKind.Authors },
        { ModelKind.ReActNet18ImageNet, MethodKind.ReActNet, DomainKind.Learned, RecipeKind.Corrected },
        { ModelKind.ReActNet18ImageNet, MethodKind.Subbit067, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.BiRealNet18, MethodKind.BiReal, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.BiRealNet18, MethodKind.BiReal, DomainKind.Learned, RecipeKind.Corrected },
        { ModelKind.XnorResNet18, MethodKind.XnorNet, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ResNet18ImageNet, MethodKind.FullPrecision, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.ResNet34ImageNet, MethodKind.FullPrecision, DomainKind.Learned, RecipeKind.Authors },
        { ModelKind.MobileNetV1, MethodKind.FullPrecision, DomainKind.Learned, RecipeKind.Authors },
    };

    /// <summary>
    /// Reports compute a network's layers from the trial's settings, and the trainer from the network that it builds.
    /// Both must agree.
    /// </summary>
    [Theory]
    [MemberData(nameof(Trainable))]
    public void Network_HasTheSameLayers_AsTheArchitectureThatReportsUse(
        ModelKind model, MethodKind method, DomainKind domain, RecipeKind recipe)
    {
        using var scope = NewDisposeScope();
        var trial = new TrialSpec { Model = model, Method = method, Domain = domain, Recipe = recipe, Width = 8 };
        using var network = Networks.Create(trial, 20);

        var (built, counted) = (network.Architecture, Architectures.Of(trial, 20));

        Assert.Equal(built.BinaryLayers, counted.BinaryLayers);
        Assert.Equal(built.RealLayers, counted.RealLayers);
    }

    private static (GoldenCase Golden, TrialSpec Trial, int Classes) Load(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        var name = golden.In.GetProperty("arch").GetString()!;
        Assert.SkipUnless(
            Models.TryGetValue(name, out var found), $"architecture '{name}': the product does not implement it");
        var trial = new TrialSpec { Model = found.Model, Method = found.Method };
        if (golden.In.TryGetProperty("width", out var width)) trial = trial with { Width = width.GetInt32() };
        var size = golden.In.GetProperty("input")[2].GetInt32();
        if (found.Model.IsForImageNet()) trial = trial with { ImageSize = size };
        Assert.Equal(size, NetworkShape.Of(trial, 1).ImageSize);
        return (golden, trial, golden.In.GetProperty("classes").GetInt32());
    }

    private static IEnumerable<BinaryLayerShape> Binary(GoldenCase golden) =>
        golden.Out.GetProperty("binary_layers").EnumerateArray().Select(layer => new BinaryLayerShape(
            Size(layer, "in"), Size(layer, "out"), Size(layer, "k"), Size(layer, "stride"), Size(layer, "out_h"),
            Size(layer, "out_w")));

    private static IEnumerable<RealLayerShape> Real(GoldenCase golden) =>
        golden.Out.GetProperty("fp_layers").EnumerateArray()
            .Select(layer => layer.GetProperty("type").GetString() == "linear"
            ? RealLayerShape.Linear(Size(layer, "in"), Size(layer, "out"))
            : new RealLayerShape(
                Size(layer, "in"), Size(layer, "out"), Size(layer, "k"), Size(layer, "stride"), Size(layer, "out_h"),
                Size(layer, "out_w"), Size(layer, "groups")));

    private static int Size(JsonElement layer, string name) => layer.GetProperty(name).GetInt32();
}
