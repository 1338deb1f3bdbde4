using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class EntropyTests
{
    private const string Kind = "entropy";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    /// <summary>For vectors of the inverse function, the p that they give must have the given entropy.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Entropy_IsThatOfTheVector(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        var isInverse = golden.In.GetProperty("op").GetString() == "h_inverse";
        var (p, h) = isInverse ? (golden.Out.GetProperty("p"), golden.In.GetProperty("h"))
            : (golden.In.GetProperty("p"), golden.Out.GetProperty("h"));

        GoldenCase.IsNumber("h", h, BinaryEntropy.H(GoldenCase.Number(p)));
    }
}
