using System.Numerics;

namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>
/// The analysis of variance of a balanced full factorial design: each combination of the factors' levels has the same
/// number of values. The sums of squares then add up to the total, whatever the order of the factors.
/// </summary>
/// <param name="Effects">
/// The main effects in the factors' order, then the interactions of two factors, and so on. Above
/// <see cref="MostFactors"/> factors, all interactions of more than two factors are one line, the last.
/// </param>
/// <param name="Residual">The spread of the values with equal levels; null with a single value each.</param>
/// <param name="Total">The sum of the squared differences to the mean of all values, above 0.</param>
public sealed record AnalysisOfVariance(
    IReadOnlyList<VarianceSource> Effects, VarianceSource? Residual, decimal Total)
{
    /// <summary>The most factors of which every interaction is a line of its own.</summary>
    public const int MostFactors = 6;

    /// <summary>The name of the line of pooled interactions.</summary>
    public const string HigherInteractions = "higher interactions";

    // A sum of squares below this share of the total is 0 with a rounding error of decimals.
    private const decimal Least = 1e-18m;

    /// <summary>Analyses a design; null when all values are equal.</summary>
    /// <param name="factors">The factors, at least one.</param>
    /// <param name="replicates">The number of values of each combination, at least 1.</param>
    /// <param name="values">
    /// All values: the replicates of a combination one after another, combinations with the last factor varying
    /// fastest.
    /// </param>
    public static AnalysisOfVariance? Of(
        IReadOnlyList<VarianceFactor> factors, int replicates, IReadOnlyList<decimal> values)
    {
        var cells = factors.Aggregate(1, static (product, factor) => checked(product * factor.Levels));
        if (factors.Count == 0 || values.Count != cells * replicates)
            throw new ArgumentException($"{values.Count} values for {cells} combinations", nameof(values));
        if (!values.Distinct().Skip(1).Any()) return null;

        // Small numbers keep the digits of their squares.
        var mean = values.Sum() / values.Count;
        var centred = values.Select(value => value - mean).ToList();
        var sums = centred.Chunk(replicates).Select(static cell => cell.Sum()).ToList();
        var total = centred.Sum(static value => value * value);
        VarianceSource Source(string name, decimal squares, int freedom)
        {
            var kept = squares < Least * total ? 0 : squares;
            return new VarianceSource(name, kept, freedom, kept / total);
        }

        var effects = new List<VarianceSource>();
        var squaresOf = new Dictionary<int, decimal>();
        var most = factors.Count <= MostFactors ? factors.Count : 2;
        foreach (var effect in Subsets(factors.Count, most))
        {
            var members = factors.Index().Where(factor => Has(effect, factor.Index, factors.Count)).ToList();
            // What the levels explain together, less what the parts of the effect explain.
            var squares = Explained(sums, factors, effect, values.Count)
                - squaresOf.Where(known => (known.Key & effect) == known.Key).Sum(static known => known.Value);
            squaresOf.Add(effect, squares);
            effects.Add(Source(string.Join(" × ", members.Select(static factor => factor.Item.Name)), squares,
                members.Aggregate(1, static (product, factor) => product * (factor.Item.Levels - 1))));
        }

        var explained = sums.Sum(static sum => sum * sum) / replicates;
        if (most < factors.Count)
            effects.Add(Source(HigherInteractions, explained - squaresOf.Values.Sum(),
                cells - 1 - effects.Sum(static effect => effect.Freedom)));
        var residual = replicates == 1 ? null : Source("residual", total - explained, values.Count - cells);
        return new AnalysisOfVariance(residual is null ? effects : Tested(effects, residual, total), residual, total);
    }

    private static List<VarianceSource> Tested(
        List<VarianceSource> effects, VarianceSource residual, decimal total)
    {
        var error = residual.MeanSquare;
        var tested = effects.ConvertAll(effect => effect with
        {
            OmegaSquared = (effect.SumOfSquares - (effect.Freedom * error)) / (total + error),
        });
        if (error == 0) return tested;
        tested = tested.ConvertAll(effect =>
        {
            var f = SignificantDigits.Round((double)(effect.MeanSquare / error));
            return effect with { F = f, P = Fisher.UpperTail(f, effect.Freedom, residual.Freedom) };
        });
        var adjusted = Holm.Adjust(tested.ConvertAll(static effect => effect.P), tested.Count);
        return [.. tested.Zip(adjusted, static (effect, p) =>
            effect with { AdjustedP = SignificantDigits.Round(p!.Value) })];
    }

    // The sum of squares between the means of the subset's combinations of levels.
    private static decimal Explained(
        List<decimal> sums, IReadOnlyList<VarianceFactor> factors, int subset, int count)
    {
        var marginal = new Dictionary<int, decimal>();
        for (var cell = 0; cell < sums.Count; cell++)
        {
            var (rest, place, stride) = (cell, 0, 1);
            for (var i = factors.Count - 1; i >= 0; i--)
            {
                (rest, var level) = int.DivRem(rest, factors[i].Levels);
                if (!Has(subset, i, factors.Count)) continue;
                place += level * stride;
                stride *= factors[i].Levels;
            }

            marginal[place] = marginal.GetValueOrDefault(place) + sums[cell];
        }

        return marginal.Values.Sum(static sum => sum * sum) / (count / marginal.Count);
    }

    // Sets of factors as bits, the first factor as the highest: smaller sets first, then in the factors' order.
    private static IEnumerable<int> Subsets(int factors, int most) =>
        Enumerable.Range(1, (1 << factors) - 1).Where(set => BitOperations.PopCount((uint)set) <= most)
            .OrderBy(static set => BitOperations.PopCount((uint)set)).ThenByDescending(static set => set);

    private static bool Has(int subset, int factor, int factors) => (subset >> (factors - 1 - factor) & 1) == 1;
}
