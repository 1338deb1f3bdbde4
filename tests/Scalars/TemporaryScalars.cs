using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Scalars;

/// <summary>
/// Operations that <c>src/Trainer/BannedSymbols.txt</c> bans, because nothing keeps their scalars alive during the
/// call.
/// </summary>
internal static class TemporaryScalars
{
    private const int Repetitions = 1000;

    /// <summary>Returns a count of 1000 and the sum of 1000 halves, if every scalar stays alive.</summary>
    public static double[] Use()
    {
        using var scope = NewDisposeScope();
        var count = zeros([], int64);
        var number = ones([], float64);
        var halves = 0.0;
        for (var i = 0; i < Repetitions; i++)
        {
            using var inner = NewDisposeScope();
            count.add_(1);
            halves += number.mul(0.5).item<double>();
        }

        return [count.item<long>(), halves];
    }
}
