using System.Globalization;
using System.Numerics;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// Multiplies a spec's axes from left to right, so that later axes vary faster. The number of cells is computed before
/// each multiplication, so a grid that is too large is refused without being built.
/// </summary>
internal static class Grid
{
    private static readonly Dictionary<string, int> Place = Hyperparameters.All.Select((k, i) => (k.Name, i))
        .ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);

    /// <summary>
    /// A cell under construction: its settings so far, and which hyperparameters the axes have set (one bit for each of
    /// <see cref="Hyperparameters.All"/>).
    /// </summary>
    private readonly record struct Cell(TrialSpec Trial, ulong Set);

    /// <summary>
    /// The cells before exclusions, in order; an empty list when the axes have faults. Settings are kept as written,
    /// including hyperparameters without effect.
    /// </summary>
    public static IReadOnlyList<TrialSpec> Cells(SweepSpec spec, List<GridFault> faults)
    {
        var product = spec.Axes.Where(a => a.When is null)
            .Aggregate(new BigInteger(spec.Seeds.Count), (size, axis) => size * axis.Points.Count);
        if (product > SweepSpec.LargestGrid)
        {
            faults.Add(TooLarge(product.ToString("N0", CultureInfo.InvariantCulture)));
            return [];
        }

        List<Cell> cells = [new(spec.Trial, 0)];
        for (var i = 0; i < spec.Axes.Count; i++)
        {
            var axis = spec.Axes[i];
            if (axis.When is { } when)
                faults.AddRange(
                    Unmatched(when, cells.ConvertAll(c => c.Trial), $"axes[{i}].when", "made by the earlier axes"));
            var applies = cells.ConvertAll(c => axis.When?.Matches(c.Trial) ?? true);
            var size = applies.Sum(a => a ? (long)axis.Points.Count : 1);
            if (size * spec.Seeds.Count > SweepSpec.LargestGrid)
            {
                faults.Add(TooLarge((size * spec.Seeds.Count).ToString("N0", CultureInfo.InvariantCulture)));
                return [];
            }

            var next = new List<Cell>((int)size);
            for (var c = 0; c < cells.Count; c++)
            {
                if (!applies[c]) next.Add(cells[c]);
                else next.AddRange(axis.Points.Select(point => Apply(cells[c], point, i, faults)));
            }

            cells = next;
        }

        return faults.Count > 0 ? [] : cells.ConvertAll(c => c.Trial);
    }

    /// <summary>
    /// The parts of a condition that match no cell: a value that no cell has, or the combination of all values. Such a
    /// condition is probably a mistake, so it is always reported.
    /// </summary>
    public static IEnumerable<GridFault> Unmatched(
        HyperparameterMatch match, IReadOnlyList<TrialSpec> cells, string path, string where)
    {
        var complete = true;
        foreach (var (name, values) in match.Values)
        {
            var parameter = Hyperparameters.Get(name);
            var held = cells.Select(parameter.Get).ToHashSet();
            foreach (var value in values.Where(v => !held.Contains(v)))
            {
                complete = false;
                yield return new GridFault($"{path}.{name}",
                    $"no cell {where} has the value {parameter.Format(value)} (allowed: "
                        + $"{Shown(held.Select(parameter.Format))})");
            }
        }

        if (complete && !cells.Any(match.Matches))
            yield return new GridFault(path, $"no cell {where} has all of these values together");
    }

    private static Cell Apply(Cell cell, IReadOnlyDictionary<string, object?> point, int axis, List<GridFault> faults)
    {
        var (trial, set) = cell;
        foreach (var (name, value) in point)
        {
            var bit = 1UL << Place[name];
            var fault = new GridFault($"axes[{axis}].{name}",
                $"an earlier axis already sets {name} in some of these cells; only one axis may set a hyperparameter "
                    + "of a cell");
            if ((set & bit) != 0 && !faults.Contains(fault)) faults.Add(fault);
            set |= bit;
            trial = Hyperparameters.Get(name).Set(trial, value);
        }

        return new Cell(trial, set);
    }

    private static GridFault TooLarge(string size) =>
        new("axes", string.Create(CultureInfo.InvariantCulture,
            $"the axes and seeds multiply to {size} trials (allowed: at most {SweepSpec.LargestGrid:N0}, before "
                + $"exclusions); use fewer values or seeds"));

    private static string Shown(IEnumerable<string> values)
    {
        var all = values.ToList();
        return all.Count <= 12 ? string.Join(", ", all) : string.Join(", ", all.Take(12)) + ", …";
    }
}

/// <summary>A mistake in a grid, at a key path of the spec.</summary>
internal sealed record GridFault(string Path, string What);
