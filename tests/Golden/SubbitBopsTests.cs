using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>Compares the operations of Subbit networks with the vectors and with the paper's Table 3.</summary>
public sealed class SubbitBopsTests
{
    private const string Kind = "subbit_bops";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void SubbitBops_AgreesWithTheVectors(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        var bits = golden.In.GetProperty("bits").GetInt32();
        var model = golden.In.GetProperty("net").GetString() switch
        {
            "reactnet18_cifar" => ModelKind.ReActNet18,
            "reactnet18_imagenet" => ModelKind.ReActNet18ImageNet,
            "resnet18_ir" => ModelKind.ResNet18,
            var other => throw new InvalidDataException($"unknown network '{other}'"),
        };
        var trial = new TrialSpec { Model = model, Width = golden.In.GetProperty("width").GetInt32() };
        Assert.Equal(golden.In.GetProperty("input").GetInt32(), NetworkShape.Of(trial, classes: 10).ImageSize);

        var counted = Architectures.Of(trial, classes: 10);

        Assert.Equal(golden.Out.GetProperty("dense_bops").GetInt64(), counted.DenseBops);
        Assert.Equal(golden.Out.GetProperty("bops").GetInt64(), counted.SubbitBops(bits), tolerance: 0.5);
        golden.AssertNumber("bops_pr", counted.SubbitBopsPr(bits));
    }

    [Theory]
    [InlineData(6, -47.2)]
    [InlineData(5, -70.0)]
    [InlineData(4, -82.3)]
    public void SubbitBopsPr_AgreesWithTable3_AsPrinted(int bits, double printed)
    {
        var network = Architectures.Of(new TrialSpec { Model = ModelKind.ReActNet18 }, classes: 100);

        // The tolerance is 0.1, because the paper truncates some numbers: it prints −47.27, −70.09 and −82.27 as −47.2,
        // −70.0 and −82.3.
        Assert.Equal(printed, 100 * network.SubbitBopsPr(bits), tolerance: 0.1);
    }
}
