using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class EntropyTests
{
    private const string Kind = "entropy";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Entropy_and_its_inverse_agree(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        if (golden.In.GetProperty("op").GetString() == "h")
        {
            golden.HasNumber("h", BinaryEntropy.H(GoldenCase.Number(golden.In.GetProperty("p"))));
            return;
        }

        var (bound, weights) = (GoldenCase.Number(golden.In.GetProperty("h")), golden.In.GetProperty("N").GetInt64());
        golden.HasNumber("p", BinaryEntropy.Inverse(bound));
        golden.HasNumber("M", BinaryEntropy.MostOnes(weights, bound));
        Assert.Equal(golden.Out.GetProperty("M_floor").GetInt64(), (long)Math.Floor(BinaryEntropy.MostOnes(weights, bound)));
    }
}
