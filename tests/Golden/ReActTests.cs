using System.Text.Json;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>Tests ReActNet's activations, convolutions and whole block.</summary>
public class ReActTests
{
    public static TheoryData<string, Precision> Activations => GoldenVectors.CasesInBoth("react_activations");

    public static TheoryData<string, Precision> Convolutions => GoldenVectors.CasesInBoth("react_conv");

    public static TheoryData<string, Precision> Blocks => GoldenVectors.CasesInBoth("react_block");

    [Theory]
    [MemberData(nameof(Activations))]
    public void Activation_MatchesTheVectors_InOutputAndGradients(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load("react_activations", id);
        var channels = golden.In.GetProperty("x").GetProperty("shape")[1].GetInt32();
        var isSign = golden.In.GetProperty("op").GetString() == "rsign";
        using nn.Module<Tensor, Tensor> layer = isSign ? new RSign(channels, atZero: 0) : new RPReLU(channels);
        string[] names = isSign ? ["bias"] : ["shift_in", "slope", "shift_out"];
        GoldenModule.AssertOutputAndGradients(
            golden, layer, name => name, names.ToDictionary(name => name, golden.In.GetProperty), precision);
    }

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Convolution_MatchesTheVectors_InOutputAndGradients(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load("react_conv", id);
        var variant = golden.In.GetProperty("variant").GetString();
        var w = golden.In.GetProperty("w");
        var shape = w.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()).ToList();
        var sizes = new BinaryLayerShape(shape[1], shape[0], shape[2], golden.In.GetProperty("stride")
            .GetInt32(), 1, 1);
        Assert.Equal(golden.In.GetProperty("padding").GetInt32(), sizes.Padding);
        using var layer = Layer(sizes, learns: variant != "cifar_scaled");
        if (variant == "imagenet_learned") layer.Surrogate = SignSurrogate.StraightThroughWithin1(atZero: 0);
        var parameters = new Dictionary<string, JsonElement> { ["w"] = w };
        if (layer is SbnnConv2d)
            (parameters["tau"], parameters["phi"]) = (golden.In.GetProperty("tau"), golden.In.GetProperty("phi"));
        GoldenModule.AssertOutputAndGradients(
            golden, layer, name => name == "w" ? "weight" : name, parameters, precision);
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_MatchesTheVectors_InTrainingAndEvaluation(
        string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load("react_block", id);
        var parameters = GoldenModule.Members(golden.In.GetProperty("params"));
        var shape = parameters["conv.weight"].GetProperty("shape");
        var learns = golden.In.GetProperty("learn").GetBoolean();
        var sizes = new BlockShape(shape[1].GetInt32(), shape[0].GetInt32(), golden.In.GetProperty("stride")
            .GetInt32(), 1);
        Assert.Equal(golden.In.GetProperty("downsample").GetBoolean(), sizes.ChangesShape);
        using var block = new ReActBlock(sizes, layer => Layer(layer, learns));
        // The vectors contain tau and phi also for layers that do not learn them.
        if (!learns) parameters = parameters.Where(p => p.Key is not ("conv.tau" or "conv.phi")).ToDictionary();
        GoldenModule.AssertOutputAndGradients(golden, block, OurName, parameters, precision);
        GoldenModule.AssertEvaluation(golden, block, OurName, precision);
    }

    private static BinaryConv2d Layer(BinaryLayerShape shape, bool learns) =>
        learns ? new SbnnConv2d(shape, DomainKind.Learned) : new ReActConv2d(shape);

    private static string OurName(string name) => name switch
    {
        "move1.bias" => "rprelu.shift_in",
        "prelu.weight" => "rprelu.slope",
        "move2.bias" => "rprelu.shift_out",
        _ => name.Replace("down.", "shortcut.", StringComparison.Ordinal),
    };
}
