using System.Globalization;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn status</c>: all sweeps of a home, and whether an sbnn runs there.</summary>
internal sealed class StatusCommand(CommandConsole console)
    : HomeCommand(console, "status", "List the sweeps of a home with their trials by state, and say whether an sbnn runs there.")
{
    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var ledger = call.OpenLedger();
        var head = call.Home.TryFindHead(out var found) ? found : null;
        var sweeps = await ledger.ReadSweepsAsync();
        call.Print(new StatusPrinted(call.Home.Path, HeadPrinted.Of(head), [.. sweeps.Select(ContractMapping.ToContract)]), () => Lines(call.Home, head, sweeps));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(HomeFolder home, HeadMark? head, IReadOnlyList<SweepSummary> sweeps)
    {
        string[] headers = ["sweep", "desired", "priority", "trials", "waiting", "running", "finished", "failed", "withdrawn"];
        return
        [
            head is null ? $"no sbnn runs on {home.Path}" : $"an sbnn runs on {home.Path} ({head})",
            .. head is not null && home.FindDashboard(head) is { } dashboard ? (string[])[$"dashboard: {dashboard}"] : [],
            .. Printed.Columns(headers, sweeps.Select(Row)),
        ];
    }

    private static IReadOnlyList<string> Row(SweepSummary sweep) =>
    [
        sweep.Name, Knobs.WordOf(sweep.DesiredState),
        .. new[]
            {
                sweep.Priority, sweep.Counts.Trials, sweep.Counts.Waiting, sweep.Counts.Running, sweep.Counts.Finished, sweep.Counts.Failed,
                sweep.Counts.Withdrawn,
            }
            .Select(static count => count.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The JSON of <c>status</c>.</summary>
    private sealed record StatusPrinted(string Home, HeadPrinted? Head, IReadOnlyList<Sweep> Sweeps);
}
