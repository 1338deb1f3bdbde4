using Sbnn.Sweeps.Trainer.Randomness;

namespace Sbnn.Sweeps.Tests.Training.Randomness;

public sealed class CounterRandomTests
{
    private static CounterRandom Stream(int seed = 1, RandomPurpose purpose = RandomPurpose.Crop, long epoch = 2,
        long step = 3) => new(seed, purpose, epoch, step);

    [Fact]
    public void NextBits_DependsOnSeedPurposeEpochAndStep()
    {
        static uint[] First(CounterRandom stream) => [.. Enumerable.Range(0, 9).Select(_ => stream.NextBits())];
        var here = First(Stream());

        Assert.Equal(here, First(Stream()));
        foreach (var other in new[] { Stream(seed: 2), Stream(seed: -1), Stream(purpose: RandomPurpose.Flip),
            Stream(epoch: 3), Stream(step: 4), Stream(epoch: 3, step: 2) })
            Assert.Empty(here.Intersect(First(other)));
    }

    [Fact]
    public void Named_ReturnsTheSameStream_InAnyOrderOfNames()
    {
        var (a, b) = (CounterRandom.Named(1, RandomPurpose.InitialWeights, "a").NextBits(),
            CounterRandom.Named(1, RandomPurpose.InitialWeights, "b").NextBits());
        Assert.Equal((b, a),
            (CounterRandom.Named(1, RandomPurpose.InitialWeights, "b").NextBits(),
                CounterRandom.Named(1, RandomPurpose.InitialWeights, "a").NextBits()));
        Assert.NotEqual(a, b);
    }

    [Fact]
    public void NextSingle_HasTheMoments_OfTheUniformDistribution()
    {
        var numbers = new float[100_000];
        Stream().Fill(numbers);
        Assert.All(numbers,
            number => Assert.True(number is >= 0 and < 1 && number * (1 << 24) == MathF.Truncate(number * (1 << 24))));
        Assert.Equal(0.5, numbers.Average(n => (double)n), 0.005);
        Assert.Equal(1 / 12.0, numbers.Average(n => (n - 0.5) * (n - 0.5)), 0.002);

        var stream = Stream();
        var doubles = Enumerable.Range(0, 100_000).Select(_ => stream.NextDouble()).ToArray();
        Assert.True(doubles.Min() >= 0 && doubles.Max() < 1);
        Assert.Equal(0.5, doubles.Average(), 0.005);
    }

    [Fact]
    public void Below_ReturnsEveryNumber_EquallyOften()
    {
        var stream = Stream();
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++) counts[stream.Below(7)]++;
        // The bounds are four standard deviations from the mean.
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Equal(0, stream.Below(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Below(0));
    }

    [Fact]
    public void Below_IsUnbiased_WhereAModuloWouldNotBe()
    {
        // With n = 3·2²⁹, a plain modulo would return a number of the first third with the probability 3/8 instead of
        // 1/3.
        const int N = 3 << 29;
        var stream = Stream();
        var inFirstThird = Enumerable.Range(0, 30_000).Count(_ => stream.Below(N) < N / 3);
        Assert.InRange(inFirstThird, 9_670, 10_330);
    }

    [Fact]
    public void Permutation_IsUniform_OverAllPermutations()
    {
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), Stream().Permutation(1000).Order());
        Assert.Empty(Stream().Permutation(0));

        var seen = Enumerable.Range(0, 6_000).GroupBy(step => string.Concat(Stream(step: step).Permutation(3)))
            .ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(6, seen.Count);
        Assert.All(seen.Values, count => Assert.InRange(count, 880, 1_120));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.7)]
    [InlineData(1)]
    [InlineData(2.5)]
    [InlineData(100)]
    public void Beta_HasTheMoments_OfItsDistribution(double alpha)
    {
        const int Draws = 40_000;
        var stream = Stream();
        var draws = Enumerable.Range(0, Draws).Select(_ => stream.Beta(alpha)).ToArray();
        var variance = 1 / (4 * ((2 * alpha) + 1));
        // The fourth central moment for equal parameters.
        var fourth = 3 / (16 * ((2 * alpha) + 1) * ((2 * alpha) + 3));

        Assert.All(draws, x => Assert.InRange(x, 0, 1));
        Assert.Equal(0.5, draws.Average(), 5 * Math.Sqrt(variance / Draws));
        Assert.Equal(variance, draws.Average(x => (x - 0.5) * (x - 0.5)),
            5 * Math.Sqrt((fourth - (variance * variance)) / Draws));
    }
}
