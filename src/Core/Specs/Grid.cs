using System.Globalization;
using System.Numerics;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// The multiplication of a spec's axes: from left to right, later axes varying faster. Each step's size is known before
/// it is built, so a grid that is too large costs nothing.
/// </summary>
internal static class Grid
{
    private static readonly Dictionary<string, int> Place = Hyperparameters.All.Select((k, i) => (k.Name, i))
        .ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);

    /// <summary>
    /// A cell as it grows: its settings so far, and which hyperparameters axes have set (one bit for each of
    /// <see cref="Hyperparameters.All"/>).
    /// </summary>
    private readonly record struct Cell(TrialSpec Trial, ulong Set);

    /// <summary>
    /// The cells before exclusions, in order, or what is wrong with the axes: then the cells are none. Settings stand
    /// as written, hyperparameters without effect included.
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
                    Unmatched(when, cells.ConvertAll(c => c.Trial), $"axes[{i}].when", "at this point of the grid"));
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
    /// What in a condition fits no cell: a value that none holds, or all of it together. Likely a slip, so it is never
    /// passed over.
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
                    $"no cell {where} holds {parameter.Format(value)}; they hold "
                        + $"{Shown(held.Select(parameter.Format))}");
            }
        }

        if (complete && !cells.Any(match.Matches))
            yield return new GridFault(path, $"no cell {where} holds all of this together");
    }

    private static Cell Apply(Cell cell, IReadOnlyDictionary<string, object?> point, int axis, List<GridFault> faults)
    {
        var (trial, set) = cell;
        foreach (var (name, value) in point)
        {
            var bit = 1UL << Place[name];
            var fault = new GridFault($"axes[{axis}].{name}",
                $"an axis above sets {name} as well in some of these cells; a cell takes each hyperparameter from one "
                    + "axis");
            if ((set & bit) != 0 && !faults.Contains(fault)) faults.Add(fault);
            set |= bit;
            trial = Hyperparameters.Get(name).Set(trial, value);
        }

        return new Cell(trial, set);
    }

    private static GridFault TooLarge(string size) =>
        new("axes", string.Create(CultureInfo.InvariantCulture,
            $"the axes and seeds multiply to {size} trials; at most {SweepSpec.LargestGrid:N0} are accepted (before "
                + $"exclusions)"));

    private static string Shown(IEnumerable<string> values)
    {
        var all = values.ToList();
        return all.Count <= 12 ? string.Join(", ", all) : string.Join(", ", all.Take(12)) + ", …";
    }
}

/// <summary>Something wrong with a grid, at a key path of the spec.</summary>
internal sealed record GridFault(string Path, string What);
