namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>
/// Holm's correction of p-values, which bounds the probability that any test of a family rejects falsely.
/// </summary>
internal static class Holm
{
    /// <summary>Returns the corrected p-values, in the given order; null stays null.</summary>
    /// <param name="values">The p-values; null for a test that cannot be made.</param>
    /// <param name="familySize">The number of tests in the family; at least the number of p-values.</param>
    public static IReadOnlyList<double?> Adjust(IReadOnlyList<double?> values, int familySize)
    {
        var adjusted = new double?[values.Count];
        var least = 0.0;
        foreach (var (rank, (index, p)) in values.Index().Where(static value => value.Item is not null)
            .OrderBy(static value => value.Item).Index())
        {
            least = Math.Max(least, Math.Min(1, (familySize - rank) * p!.Value));
            adjusted[index] = least;
        }

        return adjusted;
    }
}
