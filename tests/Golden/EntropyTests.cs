using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class EntropyTests
{
    private const string Kind = "entropy";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    /// <summary>
    /// Vectors of the inverse function contain an entropy and the expected p, so the entropy of that p is compared.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Entropy_MatchesTheVectors(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        var isInverse = golden.In.GetProperty("op").GetString() == "h_inverse";
        var (p, h) = isInverse ? (golden.Out.GetProperty("p"), golden.In.GetProperty("h"))
            : (golden.In.GetProperty("p"), golden.Out.GetProperty("h"));

        GoldenCase.AssertNumber("h", h, BinaryEntropy.H(GoldenCase.Number(p)));
    }
}
