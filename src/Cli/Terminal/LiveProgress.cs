using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo.Home;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>A table on the terminal that is redrawn in place. A grid larger than the screen shows what runs first, and counts the rest.</summary>
internal sealed class LiveProgress(IAnsiConsole console, HomeFolder home) : IProgressView
{
    private TrialLabels? _labels;
    private int _revision;

    public Task ShowAsync(Func<Action<SweepProgress>, Task> watch) =>
        console.Live(new Text("starting …")).Overflow(VerticalOverflow.Ellipsis).StartAsync(live => watch(sweep =>
        {
            live.UpdateTarget(Draw(sweep));
            live.Refresh();
        }));

    private IRenderable Draw(SweepProgress sweep)
    {
        if (_labels is null || sweep.Revision != _revision) _labels = new TrialLabels(sweep.Trials.Select(static trial => trial.Spec));
        _revision = sweep.Revision;
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var header in _labels.Headers) table.AddColumn(Markup.Escape(header));
        table.AddColumns("state", "epoch", "top-1", "ones", "left");
        var room = Math.Max(4, console.Profile.Height - 7);
        var shown = sweep.Trials.Count <= room
            ? sweep.Trials
            : [.. sweep.Trials.OrderBy(static trial => Rank(trial.State)).Take(room)];
        foreach (var trial in shown)
        {
            var colour = Colour(trial.State);
            string[] cells =
            [
                .. _labels.Of(trial.Spec), ProgressWording.Standing(trial, sweep.DesiredState), ProgressWording.Epoch(trial), ProgressWording.Accuracy(trial), ProgressWording.Ones(trial),
                ProgressWording.Remaining(trial),
            ];
            table.AddRow([.. cells.Select(cell => new Markup($"[{colour}]{Markup.Escape(cell)}[/]"))]);
        }

        var hidden = sweep.Trials.Count - shown.Count;
        var summary = hidden > 0 ? $"{ProgressWording.Summary(sweep)} ({hidden} not shown)" : ProgressWording.Summary(sweep);
        return new Rows(table, new Text(Wording.Listed("; ", summary, StateWording.Standstill(sweep, home))));
    }

    private static int Rank(TrialState state) => state switch
    {
        TrialState.Running => 0,
        TrialState.Failed => 1,
        TrialState.Waiting => 2,
        _ => 3,
    };

    private static string Colour(TrialState state) => state switch
    {
        TrialState.Running => "cyan",
        TrialState.Finished => "green",
        TrialState.Failed => "red",
        _ => "grey",
    };
}
