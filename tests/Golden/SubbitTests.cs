using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public class SubbitTests
{
    private const string Kind = "subbit";

    public static TheoryData<string, Precision> Cases => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_UsesNearestPatterns_AndUpdatesThemEvery25Steps(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var w = GoldenCase.Tensor(golden.In.GetProperty("w"), float64);
        using var layer =
            new SubbitConv2d(Shape((int)w.shape[1], (int)w.shape[0]), golden.In.GetProperty("bit_num").GetInt32());
        layer.to(precision.ScalarType());
        var buffers = layer.named_buffers().ToDictionary(b => b.name, b => b.buffer);
        using (no_grad())
        {
            layer.Weight.copy_(w);
            layer.Patterns.copy_(GoldenCase.Tensor(golden.In.GetProperty("patterns"), float64));
            buffers["memory"].copy_(GoldenCase.Tensor(golden.In.GetProperty("memory"), float64));
            buffers["calls"].fill_(golden.In.GetProperty("calls_before").GetInt64());
        }

        Assert.Equal(golden.Out.GetProperty("pattern_index_per_kernel").EnumerateArray().Select(n => n.GetInt64()),
            layer.Choices().data<long>().ToArray());
        var y = layer.Quantise();
        golden.AssertTensor("y", y, precision);
        golden.AssertTensor("memory_after", buffers["memory"], precision);
        golden.AssertTensor("patterns_after", layer.Patterns, precision);
        (y * GoldenCase.Tensor(golden.In.GetProperty("grad_y"), precision.ScalarType())).sum().backward();
        golden.AssertTensor("grad_w", layer.Weight.grad!, precision);
        golden.AssertTensor("grad_patterns", layer.Patterns.grad!, precision);
        golden.AssertTensor("y", layer.Signs(), precision);
        Assert.Equal(golden.In.GetProperty("calls_before").GetInt64() + 1, buffers["calls"].item<long>());
    }

    [Fact]
    public void Evaluation_DoesNotCountAsAStep()
    {
        using var scope = NewDisposeScope();
        using var layer = Initialised();
        layer.eval();
        layer.Quantise();
        Assert.Equal(0, layer.named_buffers().Single(b => b.name == "calls").buffer.item<long>());
    }

    [Fact]
    public void Patterns_AreRedrawn_WhenTwoBecomeEqual()
    {
        using var scope = NewDisposeScope();
        using var layer = Initialised();
        Assert.Equal(64, Distinct(layer.Patterns));
        using (no_grad())
        {
            layer.Patterns[7].copy_(layer.Patterns[3] * 5);
            layer.Patterns[60].copy_(layer.Patterns[3]);
        }

        var third = layer.Patterns[3].clone();
        for (var step = 1; step < SubbitConv2d.LearningInterval; step++) layer.Quantise();
        Assert.Equal(62, Distinct(layer.Patterns));
        layer.Quantise();
        Assert.Equal(64, Distinct(layer.Patterns));
        Assert.True(layer.Patterns[3].equal(third).all().item<bool>());
        Assert.Equal(1, layer.Patterns.abs().max().item<float>());
    }

    private static SubbitConv2d Initialised()
    {
        var layer = new SubbitConv2d(Shape(4, 4), 6);
        var random = new Random(1);
        layer.InitialiseOwnState("layer", (_, values) =>
        {
            for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        });
        return layer;
    }

    private static BinaryLayerShape Shape(int inChannels, int outChannels) => new(inChannels, outChannels, 3, 1, 1, 1);

    private static int Distinct(Tensor patterns) =>
        patterns.sign().unbind().Select(row => string.Join(' ', row.data<float>())).Distinct().Count();
}
