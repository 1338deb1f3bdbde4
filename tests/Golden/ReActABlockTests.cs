using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>Tests ReActNet-A's block with SBNN's layers.</summary>
public class ReActABlockTests
{
    public static TheoryData<string, Precision> Trained => GoldenVectors.CasesInBoth("reactA_block");

    public static TheoryData<string, Precision> Evaluated => GoldenVectors.CasesInBoth("reactA_block_eval");

    [Theory]
    [MemberData(nameof(Trained))]
    public void Block_MatchesTheVectors_InOutputAndGradients(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load("reactA_block", id);
        using var block = BlockOf(golden);
        GoldenModule.AssertOutputAndGradients(
            golden, block, OurName, GoldenModule.Members(golden.In.GetProperty("params")), precision);
    }

    [Theory]
    [MemberData(nameof(Evaluated))]
    public void Block_MatchesTheVectors_InEvaluationMode(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load("reactA_block_eval", id);
        using var block = BlockOf(golden);
        GoldenModule.Set(block, OurName, GoldenModule.Members(golden.In.GetProperty("params")), precision);
        var state = block.state_dict();
        using (no_grad())
        {
            foreach (var moments in GoldenModule.Members(golden.In.GetProperty("running"))
                .GroupBy(p => OurName(p.Key), p => GoldenCase.Tensor(p.Value, float64)))
                state[moments.Key].copy_(cat(moments.ToList()));
        }

        block.eval();
        golden.AssertTensor(
            "y", block.forward(GoldenCase.Tensor(golden.In.GetProperty("x"), precision.ScalarType())), precision);
    }

    private static ReActABlock BlockOf(GoldenCase golden)
    {
        var input = golden.In.GetProperty("x").GetProperty("shape");
        var sizes = new BlockShape(input[1].GetInt32(), golden.In.GetProperty("planes").GetInt32(),
            golden.In.GetProperty("stride").GetInt32(), 1);
        return new ReActABlock(sizes, layer => new SbnnConv2d(layer, DomainKind.Learned)
        {
            Surrogate = SignSurrogate.StraightThroughWithin1(atZero: 0),
        });
    }

    private static string OurName(string name) => name switch
    {
        "move12.bias" => "rprelu1.shift_in",
        "prelu1.weight" => "rprelu1.slope",
        "move13.bias" => "rprelu1.shift_out",
        "move22.bias" => "rprelu2.shift_in",
        "prelu2.weight" => "rprelu2.slope",
        "move23.bias" => "rprelu2.shift_out",
        _ => name.Replace("bn2_1.", "bn2.", StringComparison.Ordinal)
            .Replace("bn2_2.", "bn2.", StringComparison.Ordinal),
    };
}
