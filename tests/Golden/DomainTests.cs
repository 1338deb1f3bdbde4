using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>Tests the two domains that are ours, in the layers of all kinds of networks.</summary>
public class DomainTests
{
    private const string Kind = "domains";

    public static TheoryData<string, Precision> Cases => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Convolution_MatchesTheVectors_InWeightsOutputAndGradients(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var type = precision.ScalarType();
        var w = GoldenCase.Tensor(golden.In.GetProperty("w"), type);
        var shape = new BinaryLayerShape(
            (int)w.shape[1], (int)w.shape[0], (int)w.shape[2], golden.In.GetProperty("stride").GetInt32(), 1, 1);
        Assert.Equal(golden.In.GetProperty("padding").GetInt32(), shape.Padding);
        using var layer = new SbnnConv2d(shape, DomainOf(golden)) { Surrogate = SurrogateOf(golden) };
        layer.to(type);
        using (no_grad()) layer.Weight.copy_(w);

        var (tau, phi) = layer.TauPhi();
        golden.AssertTensor("tau", tau, precision);
        golden.AssertTensor("phi", phi, precision);
        Assert.Equal(GoldenCase.Number(golden.Out.GetProperty("phi_over_tau")), (phi / tau).to(float64).item<double>(),
            precision == Precision.F32 ? 1e-6 : 1e-8);
        golden.AssertTensor("w_effective", layer.EffectiveWeights(), precision);

        var x = GoldenCase.Tensor(golden.In.GetProperty("x"), type).requires_grad_();
        var isSigned = golden.In.GetProperty("layer").GetString() != "ir"; // IR-Net's layer has real inputs.
        var y = layer.forward(isSigned ? x : SignFunction.Apply(x, layer.Surrogate));
        golden.AssertTensor("y", y, precision);
        (y * GoldenCase.Tensor(golden.In.GetProperty("grad_y"), type)).sum().backward();
        golden.AssertTensor("grad_x", x.grad!, precision);
        golden.AssertTensor("grad_w", layer.Weight.grad!, precision);
        var counts = LayerCounts.Of(layer.Weight, 1, 0);
        Assert.Equal((golden.Out.GetProperty("N").GetInt64(), golden.Out.GetProperty("ones").GetInt64()),
            (counts.Weights, counts.Ones));
    }

    private static DomainKind DomainOf(GoldenCase golden) => golden.In.GetProperty("domain").GetString() switch
    {
        "closed-form-centred" => DomainKind.ClosedFormCentred,
        "zero-one" => DomainKind.ZeroOne,
        var other => throw new InvalidDataException($"unknown domain '{other}'"),
    };

    private static SignSurrogate SurrogateOf(GoldenCase golden) => golden.In.GetProperty("layer").GetString() switch
    {
        "ir" => new SignSurrogate(
            GoldenCase.Number(golden.In.GetProperty("t")), GoldenCase.Number(golden.In.GetProperty("k"))),
        "react" => SignSurrogate.StraightThrough,
        "reactA" => SignSurrogate.StraightThroughWithin1(atZero: 0),
        var other => throw new InvalidDataException($"unknown layer '{other}'"),
    };
}
