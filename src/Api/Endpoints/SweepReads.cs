using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Endpoints that read sweeps and trials.</summary>
internal static class SweepReads
{
    /// <summary>Maps the lists of sweeps and trials, and single sweeps.</summary>
    public static void MapReads(this RouteGroupBuilder sweeps)
    {
        sweeps.MapGet("", ListAsync);
        sweeps.MapGet("/{name}", static async (string name, SweepViewReader views) =>
            await views.FindSweepAsync(name) is { } sweep ? Json(sweep.ToContract()) : Problems.NoSweep(name));
        sweeps.MapGet("/{name}/trials", ListTrialsAsync);
        // A read with POST, because a mark may be too long for an address.
        sweeps.MapPost("/{name}/trials/changes", ListChangesAsync);
        sweeps.MapGet("/{name}/report", static async (string name, SweepViewReader views) =>
            await views.FindReportAsync(name) is { } table
                ? Results.Text(table, "text/markdown", Encoding.UTF8)
                : Problems.NoSweep(name));
        sweeps.MapGet("/{name}/report.zip", static async (string name, SweepViewReader views) =>
            await views.FindReportArchiveAsync(name) is { } archive
                ? Results.Bytes(archive, "application/zip", $"{name}.zip")
                : Problems.NoSweep(name));
    }

    public static IResult Json<T>(T value) => Results.Json(value, SbnnJson.Options);

    private static async Task<IResult> ListAsync(HttpRequest request, SweepViewReader views)
    {
        var limit = Query.Limit(request);
        var after = Query.Text(request, "cursor") is { } cursor ? SweepCursor.Read(cursor) : null;
        // One item more than the page's limit is read, to see whether another page follows.
        var found = await views.ReadSweepsAsync(after, limit + 1);
        return Json(new SweepList
        {
            Items = [.. found.Take(limit).Select(ContractMapping.ToContract)],
            NextCursor = found.Count > limit ? SweepCursor.Write(found[limit - 1].Name) : null,
        });
    }

    private static async Task<IResult> ListChangesAsync(string name, HttpRequest request, SweepViewReader views)
    {
        var since = (await RequestBody.ReadAsync<TrialChangesRequest>(request)).Since;
        return await views.FindChangesAsync(name, since is null ? null : TrialMark.Read(since)) is var (view, mark)
            ? Json(new TrialChanges
            {
                Sweep = view.Summary.ToContract(),
                Items = [.. view.Trials.Select(ContractMapping.ToContract)],
                Mark = TrialMark.Write(mark),
            })
            : Problems.NoSweep(name);
    }

    private static async Task<IResult> ListTrialsAsync(string name, HttpRequest request, SweepViewReader views)
    {
        var (limit, state) = (Query.Limit(request), Query.Word<TrialState>(request, "state"));
        var order = Query.Word<TrialOrder>(request, "order") ?? TrialOrder.Activity;
        var cursor = Query.Text(request, "cursor") is { } text ? TrialCursor.Read(text, state, order) : null;
        if (await views.FindAsync(name, new PageRequest(0, limit, state, order, cursor?.Place)) is not { } view)
            return Problems.NoSweep(name);
        cursor?.RequireRevision(view.Summary.Revision);
        return Json(new TrialList
        {
            Items = [.. view.Trials.Select(ContractMapping.ToContract)],
            Total = view.Total,
            NextCursor = view.End is { } end
                ? new TrialCursor
                {
                    Revision = view.Summary.Revision,
                    State = state,
                    Order = order,
                    Place = end
                }.Write()
                : null,
        });
    }
}
