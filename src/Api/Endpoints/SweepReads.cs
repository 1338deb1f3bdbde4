using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Endpoints that read sweeps and trials.</summary>
internal static class SweepReads
{
    /// <summary>Maps the lists of sweeps and trials, and single sweeps.</summary>
    public static void MapReads(this RouteGroupBuilder sweeps)
    {
        sweeps.MapGet("", ListAsync).Answers<SweepList>("Lists the sweeps by name.", 400).WithPages()
            .WithTags(Documentation.Sweeps);
        sweeps.MapGet("/{name}", static async (string name, SweepViewReader views) =>
            await views.FindSweepAsync(name) is { } sweep ? Content.Json(sweep.ToContract()) : Problems.NoSweep(name))
            .Answers<Sweep>("Reads a sweep without its trials.", 404).WithTags(Documentation.Sweeps);
        sweeps.MapGet("/{name}/hooks", ListHooksAsync)
            .Answers<SweepHookList>("Lists the hooks that a sweep's latest revision names, and their outcomes.", 404)
            .WithTags(Documentation.Sweeps);
        sweeps.MapGet("/{name}/trials", ListTrialsAsync)
            .Answers<TrialList>("Lists the trials of a sweep's latest revision.", 400, 404)
            .With<TrialState>("state", "Only the trials in this state.")
            .With<TrialOrder>("order", "The order; `activity` when omitted.").WithPages()
            .WithTags(Documentation.Sweeps);
        // A read with POST, because a mark may be too long for an address.
        sweeps.MapPost("/{name}/trials/changes", ListChangesAsync).Takes<TrialChangesRequest>()
            .Answers<TrialChanges>("Reads the trials that changed since a mark, or all trials without a mark.", 404)
            .WithTags(Documentation.Sweeps);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, SweepViewReader views)
    {
        var limit = Query.Limit(request);
        var after = Query.Text(request, "cursor") is { } cursor ? SweepCursor.Read(cursor) : null;
        // One item more than the page's limit is read, to see whether another page follows.
        var found = await views.ReadSweepsAsync(after, limit + 1);
        return Content.Json(new SweepList
        {
            Items = [.. found.Take(limit).Select(ContractMapping.ToContract)],
            NextCursor = found.Count > limit ? SweepCursor.Write(found[limit - 1].Name) : null,
        });
    }

    private static async Task<IResult> ListHooksAsync(string name, [FromServices] LedgerReader ledger) =>
        await ledger.FindSweepAsync(name) is null
            ? Problems.NoSweep(name)
            : Content.Json(new SweepHookList { Items = await ledger.ReadHooksAsync(name) });

    private static async Task<IResult> ListChangesAsync(string name, HttpRequest request, SweepViewReader views)
    {
        var since = (await RequestBody.ReadAsync<TrialChangesRequest>(request)).Since;
        return await views.FindChangesAsync(name, since is null ? null : TrialMark.Read(since)) is var (view, mark)
            ? Content.Json(new TrialChanges
            {
                Sweep = view.Summary.ToContract(),
                Items = [.. view.Trials.Select(ContractMapping.ToItem)],
                Varying = view.Varying(),
                Mark = TrialMark.Write(mark),
            })
            : Problems.NoSweep(name);
    }

    private static async Task<IResult> ListTrialsAsync(string name, HttpRequest request, SweepViewReader views)
    {
        var (limit, state) = (Query.Limit(request), Query.Word<TrialState>(request, "state"));
        var order = Query.Word<TrialOrder>(request, "order") ?? TrialOrder.Activity;
        var cursor = Query.Text(request, "cursor") is { } text ? TrialCursor.Read(text, state, order) : null;
        // The mark is read before the page, so that a change in between is reported again rather than lost.
        var mark = cursor is null ? await views.FindMarkAsync(name) : null;
        if (await views.FindAsync(name, new PageRequest(0, limit, state, order, cursor?.Place)) is not { } view)
            return Problems.NoSweep(name);
        cursor?.RequireRevision(view.Summary.Revision);
        return Content.Json(new TrialList
        {
            Items = [.. view.Trials.Select(ContractMapping.ToItem)],
            Varying = view.Varying(),
            Total = view.Total,
            Mark = mark is null ? null : TrialMark.Write(mark),
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
