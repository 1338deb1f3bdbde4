using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>Tests MobileNetV1's block.</summary>
public sealed class FullPrecisionBlockTests
{
    private const string Kind = "mobilenetv1_block";

    public static TheoryData<string, Precision> Cases => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void SeparableBlock_MatchesTheVectors_InTrainingAndEvaluation(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var parameters = golden.In.GetProperty("params").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var shape = parameters["pw.weight"].GetProperty("shape");
        using var block = new SeparableBlock(new BlockShape(
            shape[1].GetInt32(), shape[0].GetInt32(), golden.In.GetProperty("stride").GetInt32(), 1));
        ReActTests.AssertOutputAndGradients(golden, block, name => name, parameters, precision, () =>
        {
            foreach (var buffer in golden.In.GetProperty("running").EnumerateObject())
                block.state_dict()[buffer.Name].copy_(GoldenCase.Tensor(buffer.Value, float64));
        });

        foreach (var buffer in golden.In.GetProperty("running").EnumerateObject())
            golden.AssertTensor(buffer.Name, block.state_dict()[buffer.Name], precision);
        block.eval();
        golden.AssertTensor(
            "y_eval", block.forward(GoldenCase.Tensor(golden.In.GetProperty("x"), precision.ScalarType())), precision);
    }
}
