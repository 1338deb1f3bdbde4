using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>Tests MobileNetV1's block.</summary>
public class SeparableBlockTests
{
    private const string Kind = "mobilenetv1_block";

    public static TheoryData<string, Precision> Cases => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Block_MatchesTheVectors_InTrainingAndEvaluation(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var parameters = GoldenModule.Members(golden.In.GetProperty("params"));
        var shape = parameters["pw.weight"].GetProperty("shape");
        using var block = new SeparableBlock(new BlockShape(
            shape[1].GetInt32(), shape[0].GetInt32(), golden.In.GetProperty("stride").GetInt32(), 1));

        GoldenModule.AssertOutputAndGradients(golden, block, name => name, parameters, precision, () =>
        {
            foreach (var (name, value) in GoldenModule.Members(golden.In.GetProperty("running")))
                block.state_dict()[name].copy_(GoldenCase.Tensor(value, float64));
        });
        GoldenModule.AssertEvaluation(golden, block, name => name, precision);
    }
}
