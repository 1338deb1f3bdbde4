using System.Globalization;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn status</c>: lists the sweeps of a home or a head, and whether an sbnn runs there.</summary>
internal sealed class StatusCommand(CommandConsole console) : HomeCommand(
    console, "status",
    "List the sweeps of a home or a head with their trials by state, and show whether an sbnn runs there.",
    takesHead: true)
{
    protected override async Task<int> RunAsync(HomeCall call)
    {
        var place = call.Place;
        var sweeps = await place.Reads.ReadSweepsAsync();
        call.Print(new StatusOutput(place.Home, place.Head, [.. sweeps.Select(ContractMapping.ToContract)]),
            () => Lines(place, sweeps));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(ISweepTarget place, IReadOnlyList<SweepSummary> sweeps)
    {
        string[] headers =
            ["sweep", "desired state", "priority", "trials", "waiting", "running", "finished", "failed", "withdrawn"];
        return
        [
            place.Status,
            .. place.Dashboard is { } dashboard ? (string[])[$"dashboard: {dashboard}"] : [],
            .. TextOutput.Columns(headers, sweeps.Select(Row)),
        ];
    }

    private static IReadOnlyList<string> Row(SweepSummary sweep) =>
    [
        sweep.Name, EnumWords.Of(sweep.DesiredState),
        .. new[]
            {
                sweep.Priority, sweep.Counts.Trials, sweep.Counts.Waiting, sweep.Counts.Running, sweep.Counts.Finished,
                    sweep.Counts.Failed,
                sweep.Counts.Withdrawn,
            }
            .Select(static count => count.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The JSON of <c>status</c>.</summary>
    private sealed record StatusOutput(string? Home, HeadOutput? Head, IReadOnlyList<Sweep> Sweeps);
}
