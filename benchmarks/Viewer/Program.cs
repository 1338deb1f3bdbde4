using System.Globalization;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Benchmarks.Viewer;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Silo.Home;
using Spectre.Console;

// Measures the processor time that watching a large sweep takes; see benchmarks/README.md.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var finished = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 40_000;
var length = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 20);
var folder = args.Length > 2 ? Directory.CreateDirectory(args[2]) : Directory.CreateTempSubdirectory("sbnn-viewer-");
try
{
    await using var sweep = await LargeSweep.MakeAsync(Path.Combine(folder.FullName, "ledger.db"), finished);
    var home = new HomeFolder(folder.FullName);
    var facts = HomeFacts.OfHead(home, nodes: null, new WaitingBoard());
    var views = new SweepViewReader(sweep.Store.Reader, facts, TimeProvider.System);
    var tick = TimeSpan.FromMilliseconds(250);

    Console.WriteLine(
        $"{finished} trials are finished, {LargeSweep.Running} run and commit an epoch each second; processor time, in "
            + "% of a core:");
    var alone = await sweep.MeasureAsync("without a watcher", length, tick, static () => Task.CompletedTask);
    await sweep.MeasureAsync("every trial read four times a second (the earlier method)", length, tick,
        () => sweep.Store.Reader.FindProgressAsync(LargeSweep.Name), alone);

    using (var watch = views.Watch(LargeSweep.Name))
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Out = new AnsiConsoleOutput(TextWriter.Null) });
        (console.Profile.Width, console.Profile.Height) = (160, 50);
        await new LiveProgress(console, home.Command)
            .ShowAsync(watch,
                read => sweep.MeasureAsync("a run's terminal, redrawn in place", length, tick, read, alone));
    }

    using (var watch = views.Watch(LargeSweep.Name))
    {
        await new PlainProgress(TextWriter.Null, home.Command)
            .ShowAsync(watch, read => sweep.MeasureAsync("a run's plain lines", length, tick, read, alone));
    }

    using var changes = sweep.Store.Reader.Watch();
    await sweep.MeasureAsync(
        "the dashboard's reads for one open page",
        length,
        TimeSpan.FromSeconds(1),
        async () =>
        {
            if (!await changes.HasChangedAsync()) return;
            await views.ReadSweepsAsync();
            await views.FindAsync(LargeSweep.Name, new PageRequest(0, 50));
        },
        alone);
}
finally
{
    if (args.Length <= 2) folder.Delete(recursive: true);
}
