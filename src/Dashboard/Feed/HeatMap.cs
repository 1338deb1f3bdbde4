using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>The trials of a sweep by two of their settings. A cell combines the trials that differ in other
/// settings.</summary>
/// <param name="Rows">The setting of the rows.</param>
/// <param name="Columns">The setting of the columns; null: one column for all trials.</param>
/// <param name="Cells">The cells, by the place of the row's value, then of the column's.</param>
public sealed record HeatMap(TrialAxis Rows, TrialAxis? Columns, IReadOnlyList<IReadOnlyList<HeatCell>> Cells)
{
    /// <summary>Combines the trials.</summary>
    /// <param name="trials">The trials.</param>
    /// <param name="rows">The setting of the rows.</param>
    /// <param name="columns">The setting of the columns; null: one column for all trials.</param>
    /// <param name="values">The trials' values of the shown metric; NaN for a trial without one.</param>
    public static HeatMap Of(TrialResults trials, TrialAxis rows, TrialAxis? columns, IReadOnlyList<double> values)
    {
        var sums =
            new (int Trials, int Measured, double Sum, int[] States)[rows.Values.Count, columns?.Values.Count ?? 1];
        for (var trial = 0; trial < trials.States.Count; trial++)
        {
            ref var cell = ref sums[rows.Places[trial], columns?.Places[trial] ?? 0];
            cell.States ??= new int[Enum.GetValues<TrialState>().Length];
            cell.States[(int)trials.States[trial]]++;
            cell.Trials++;
            if (double.IsNaN(values[trial])) continue;
            cell.Measured++;
            cell.Sum += values[trial];
        }

        return new HeatMap(
            rows,
            columns,
            [
                .. Enumerable.Range(0, sums.GetLength(0)).Select(row => (IReadOnlyList<HeatCell>)
                [
                    .. Enumerable.Range(0, sums.GetLength(1)).Select(column => sums[row, column])
                        .Select(static sum => new HeatCell(
                            sum.Trials, sum.Measured, sum.Measured == 0 ? null : sum.Sum / sum.Measured,
                            sum.States ?? [])),
                ]),
            ]);
    }

    /// <summary>The least and the greatest mean; null while no cell has one.</summary>
    public (double Least, double Most)? Range
    {
        get
        {
            var means = Cells.SelectMany(static row => row).Select(static cell => cell.Mean).OfType<double>().ToList();
            return means.Count == 0 ? null : (means.Min(), means.Max());
        }
    }
}

/// <summary>A cell of a <see cref="HeatMap"/>.</summary>
/// <param name="Trials">The number of trials; 0 for a combination that the sweep does not contain.</param>
/// <param name="Measured">The number of trials with a value.</param>
/// <param name="Mean">Their mean; null without a value.</param>
/// <param name="States">The number of trials in each state, by the state's number; empty without trials.</param>
public sealed record HeatCell(int Trials, int Measured, double? Mean, IReadOnlyList<int> States)
{
    /// <summary>The number of trials in a state.</summary>
    public int Of(TrialState state) => States.Count == 0 ? 0 : States[(int)state];
}
