using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>Tests Bi-Real-Net-18's block.</summary>
public class BiRealBlockTests
{
    private const string Kind = "bireal_block";

    public static TheoryData<string, Precision> Cases => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Block_MatchesTheVectors_InTrainingAndEvaluation(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var parameters = GoldenModule.Members(golden.In.GetProperty("params"));
        var shape = parameters["conv.weight"].GetProperty("shape");
        var sizes = new BlockShape(
            shape[1].GetInt32(), shape[0].GetInt32(), golden.In.GetProperty("stride").GetInt32(), 1);
        Assert.Equal(golden.In.GetProperty("downsample").GetBoolean(), sizes.ChangesShape);
        using var block = new ReActBlock(
            sizes, layer => new BiRealConv2d(layer) { Surrogate = SignSurrogate.StraightThroughWithin1(atZero: 0) },
            isReAct: false);

        GoldenModule.AssertOutputAndGradients(golden, block, OurName, parameters, precision);
        GoldenModule.AssertEvaluation(golden, block, OurName, precision);
    }

    private static string OurName(string name) => name.Replace("down.", "shortcut.", StringComparison.Ordinal);
}
