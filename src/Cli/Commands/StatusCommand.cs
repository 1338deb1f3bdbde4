using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn status</c>: all sweeps of a home, and whether an sbnn runs there.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var (home, json) = (SharedOptions.Home(), SharedOptions.Json());
        var command = new Command("status", "List the sweeps of a home with their trials by state, and say whether an sbnn runs there.") { home, json };
        command.SetAction((parsed, _) => SbnnCommand.GuardAsync(async () =>
        {
            var place = new HomeFolder(parsed.GetRequiredValue(home).FullName);
            if (!File.Exists(place.Ledger)) throw UnknownSweep.Here(place);
            using var ledger = LedgerReader.Open(place.Ledger);
            var head = place.TryFindHead(out var found) ? found : null;
            var sweeps = await ledger.ReadSweepsAsync();
            if (parsed.GetValue(json)) Printed.Json(new StatusPrinted(place.Path, HeadPrinted.Of(head), sweeps));
            else Tell(place, head, sweeps);
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Tell(HomeFolder home, HeadMark? head, IReadOnlyList<SweepSummary> sweeps)
    {
        Console.Out.WriteLine(head is null ? $"no sbnn runs on {home.Path}" : $"an sbnn runs on {home.Path} ({head})");
        string[] headers = ["sweep", "wish", "priority", "trials", "waiting", "running", "finished", "failed", "withdrawn"];
        foreach (var line in Printed.Columns(headers, sweeps.Select(Row))) Console.Out.WriteLine(line);
    }

    private static IReadOnlyList<string> Row(SweepSummary sweep) =>
    [
        sweep.Name, Knobs.WordOf(sweep.DesiredState),
        .. new[] { sweep.Priority, sweep.Trials, sweep.Waiting, sweep.Running, sweep.Finished, sweep.Failed, sweep.Withdrawn }
            .Select(static count => count.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The JSON of <c>status</c>.</summary>
    private sealed record StatusPrinted(string Home, HeadPrinted? Head, IReadOnlyList<SweepSummary> Sweeps);
}
