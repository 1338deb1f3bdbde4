using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Feed;

namespace Sbnn.Sweeps.Tests.Unit.Dashboard;

/// <summary>Tests how a heat map combines trials.</summary>
public sealed class HeatMapTests
{
    [Fact]
    public void Of_AveragesTheOtherSettings_AndLeavesOutTrialsWithoutAValue()
    {
        // By domain and sparsity, two seeds each; the grid has no trial of learned at 90 %.
        (DomainKind, decimal)[] cells =
            [(DomainKind.Symmetric, 80), (DomainKind.Symmetric, 90), (DomainKind.Learned, 80)];
        KeyedTrial[] trials =
        [
            .. from cell in cells
               from seed in (int[])[1, 2]
               select new TrialSpec { Domain = cell.Item1, Sparsity = cell.Item2, Seed = seed, DataDigest = "none" }
                   into spec
               select new KeyedTrial(TrialKey.Of(spec), spec),
        ];
        double[] top1 = [10, 20, 30, double.NaN, double.NaN, double.NaN];
        TrialState[] states =
        [
            TrialState.Finished, TrialState.Finished, TrialState.Finished, TrialState.Running, TrialState.Waiting,
            TrialState.Failed,
        ];
        var index = new TrialIndex(trials);
        var results = new TrialResults(index, states, [top1]);

        var map = HeatMap.Of(results, index.Axes[0], index.Axes[1], top1);

        Assert.Equal(
            [(2, 2, 15.0), (2, 1, 30.0), (2, 0, null), (0, 0, null)],
            map.Cells.SelectMany(static row => row).Select(static cell => (cell.Trials, cell.Measured, cell.Mean)));
        Assert.Equal((15, 30), map.Range);
        Assert.Equal(1, map.Cells[0][1].Of(TrialState.Running));
        Assert.Equal(0, map.Cells[1][1].Of(TrialState.Running));
        var column = HeatMap.Of(results, index.Axes[0], columns: null, top1);
        Assert.Equal([(4, 3, 20.0), (2, 0, null)],
            column.Cells.Select(static row => (row[0].Trials, row[0].Measured, row[0].Mean)));
    }
}
