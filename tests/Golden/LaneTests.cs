using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class LaneTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(5)]
    public void Store_RoundsToBFloat16_LikeTorch(int lanes)
    {
        using var scope = NewDisposeScope();
        float[] values =
        [
            // Numbers halfway between two bfloat16 values, one just above halfway, and NaN.
            1.00390625f, 1.01171875f, 1.0039063f, -1.00390625f, float.NaN,
            float.PositiveInfinity, float.MaxValue, float.Epsilon, 0, -0f, 1, -1, 1e-39f, 3.14159274f, -2.5e10f,
            BitConverter.Int32BitsToSingle(0x7F800001),
        ];
        var (from, to) = (tensor(values), zeros(16, dtype: bfloat16));
        Lane.Store(Lane.Load(ChannelRows.Flat(from), 0, lanes), ChannelRows.Flat(to), 0, lanes);
        var reference = from.to(bfloat16).to(float32).data<float>().ToArray()
            .Select((value, i) => i < lanes ? value : 0);
        Assert.Equal(reference, to.to(float32).data<float>().ToArray());
    }

    [Fact]
    public void Load_ReadsBFloat16_Exactly()
    {
        using var scope = NewDisposeScope();
        var from = ConvolutionAgreementTests.Noise(1, 16).to(bfloat16);
        var read = Lane.Load(ChannelRows.Flat(from), 0, 16);
        Assert.Equal(from.to(float32).data<float>().ToArray(), Enumerable.Range(0, 16).Select(i => read[i]));
        Assert.Equal(read[3], Lane.Load(ChannelRows.Flat(from), 3, 1)[0]);
    }
}
