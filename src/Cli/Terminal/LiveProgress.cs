using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// A table that is redrawn in place on the terminal. When the grid is larger than the screen, it shows active trials
/// first and counts the rest.
/// </summary>
internal sealed class LiveProgress(IAnsiConsole console, Func<string, string> command) : IProgressView
{
    public Task ShowAsync(SweepWatch sweep, Func<Func<Task<SweepSummary>>, Task> during) =>
        console.Live(new Text("starting …")).Overflow(VerticalOverflow.Ellipsis).StartAsync(live => during(() =>
        {
            var room = Math.Max(4, console.Profile.Height - 7);
            return sweep.ShowPageAsync(new PageRequest(0, room), view =>
            {
                live.UpdateTarget(Draw(view));
                live.Refresh();
            });
        }));

    private Rows Draw(SweepView sweep)
    {
        var hidden = sweep.Total - sweep.Trials.Count;
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var header in sweep.Labels.Headers) table.AddColumn(Markup.Escape(header));
        table.AddColumns("state", "epoch", "top-1", "ones", "left");

        // When all trials fit on the screen, each keeps its row.
        foreach (var trial in hidden == 0 ? sweep.Trials.OrderBy(static trial => trial.Progress.Order)
            : sweep.Trials.AsEnumerable())
            table.AddRow(Cells(trial, sweep.Labels));

        var summary = ProgressWording.Summary(sweep);
        var counted = hidden > 0 ? $"{summary} ({hidden} not shown)" : summary;
        return new Rows(
            table, new Text(Wording.Listed("; ", counted, SweepStateWording.WhyInactive(sweep.Summary, command))));
    }

    private static IEnumerable<IRenderable> Cells(TrialView view, TrialLabels labels)
    {
        var trial = view.Progress;
        var style = new Style(ColorOf(trial.State));
        string[] cells =
        [
            .. labels.Of(trial.Spec), ProgressWording.Describe(view), ProgressWording.Epoch(trial),
                ProgressWording.Accuracy(trial),
            ProgressWording.Ones(trial), ProgressWording.Remaining(trial),
        ];
        return cells.Select(cell => new Text(cell, style));
    }

    private static Color ColorOf(TrialState state) => state switch
    {
        TrialState.Running => Color.Aqua,
        TrialState.Finished => Color.Green,
        TrialState.Failed => Color.Red,
        _ => Color.Grey,
    };
}
