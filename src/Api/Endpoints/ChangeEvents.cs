using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Endpoints that send the changes of a sweep or a trial as server-sent events.</summary>
internal static class ChangeEvents
{
    private const string EventType = "text/event-stream";

    /// <summary>Maps <c>sweeps/{name}/events</c> and <c>trials/{key}/events</c>.</summary>
    public static void MapEvents(this RouteGroupBuilder api)
    {
        api.MapGet("/sweeps/{name}/events", FollowSweepAsync)
            .Sends(
                typeof(TrialChanges), [EventType],
                "Sends server-sent events while a sweep changes, at most one per second: `changed` with the sweep and "
                    + "the trials that changed. The first event has the trials that run or failed. A comment is sent "
                    + "every 15 s.",
                400, 404)
            .With<string>("since", "The `mark` of an earlier answer: the changes since then are sent.")
            .With<string>(EventAnswer.LastEventId, "The id of the last event, which replaces `since`.", isHeader: true)
            .WithTags(Documentation.Sweeps);
        api.MapGet("/trials/{key}/events", FollowTrialAsync)
            .Sends(
                typeof(RecordedEpoch), [EventType],
                "Sends server-sent events while a trial changes, at most once per second: `epoch` for each new epoch, "
                    + "and `changed` with the trial. A comment is sent every 15 s.",
                400, 404)
            .With<int>("after", "Only epochs after this one; 0 when omitted.")
            .With<bool>("layers", "True: each epoch has its layers.")
            .With<string>(EventAnswer.LastEventId, "The last epoch, which replaces `after`.", isHeader: true)
            .WithTags(Documentation.Trials);
    }

    private static async Task<IResult> FollowSweepAsync(
        string name, HttpRequest request, [FromServices] LedgerReader ledger, SweepViewReader views, TimeProvider time,
        IHostApplicationLifetime host)
    {
        var since = EventAnswer.LastIdOf(request) ?? Query.Text(request, "since");
        var mark = since is null ? null : TrialMark.Read(since);
        // The mark of a client that sends none is that of the current state.
        if (await views.FindMarkAsync(name) is not { } current) return Problems.NoSweep(name);
        var changes = new SweepNews(views, name, mark ?? current);
        return Watch(request, ledger, time, host, changes.SendAsync);
    }

    private static async Task<IResult> FollowTrialAsync(
        string key, HttpRequest request, [FromServices] LedgerReader ledger, SweepViewReader views, TimeProvider time,
        IHostApplicationLifetime host)
    {
        var after = Query.Whole(request, "after", 0) ?? 0;
        if (EventAnswer.LastIdOf(request) is { } id
            && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            after = last;
        var withLayers = Query.Flag(request, "layers");
        if (await TrialPrefix.FindAsync(ledger, key) is not { } trial) return Problems.NoTrial(key);
        var changes = new TrialNews(ledger, views, trial.Key, after, withLayers);
        return Watch(request, ledger, time, host, changes.SendAsync);
    }

    private static EventAnswer Watch(
        HttpRequest request, LedgerReader ledger, TimeProvider time, IHostApplicationLifetime host,
        Func<EventStream, Task<bool>> send)
    {
        var watch = ledger.Watch();
        request.HttpContext.Response.RegisterForDispose(watch);
        return new EventAnswer(
            time, async events => !await watch.HasChangedAsync() || await send(events), host.ApplicationStopping);
    }

    /// <summary>Sends the changes of a sweep's trials.</summary>
    private sealed class SweepNews(SweepViewReader views, string sweep, ChangeMark mark)
    {
        private ChangeMark _mark = mark;
        private Sweep? _sent;
        private Dictionary<TrialKey, TrialView> _known = [];

        public async Task<bool> SendAsync(EventStream events)
        {
            if (await views.FindChangesAsync(sweep, _mark) is not var (view, next)) return false;
            var summary = view.Summary.ToContract();
            // The ledger also returns trials that may have changed, but did not.
            var items = view.Trials.Where(trial => _known.GetValueOrDefault(trial.Progress.Key) != trial)
                .Select(ContractMapping.ToItem).ToList();
            (_mark, _known) = (next, view.Trials.ToDictionary(static trial => trial.Progress.Key));
            if (items.Count == 0 && summary == _sent) return true;
            _sent = summary;
            var id = TrialMark.Write(next);
            await events.SendAsync(
                ChangeEvent.Changed,
                new TrialChanges { Sweep = summary, Items = items, Varying = view.Varying(), Mark = id },
                id);
            return true;
        }
    }

    /// <summary>Sends a trial's new epochs, and the trial whenever it has changed.</summary>
    private sealed class TrialNews(
        LedgerReader ledger, SweepViewReader views, TrialKey trial, int after, bool withLayers)
    {
        private const int Part = 1000;

        private int _after = after;
        private TrialView? _sent;

        public async Task<bool> SendAsync(EventStream events)
        {
            if (await views.FindTrialAsync(trial) is not { } view) return false;
            IReadOnlyList<RecordedEpoch> epochs;
            do
            {
                epochs = await ledger.ReadEpochsAsync(trial, _after, Part, withLayers);
                foreach (var epoch in epochs)
                {
                    _after = epoch.Metrics.Epoch;
                    await events.SendAsync(
                        ChangeEvent.Epoch, epoch, _after.ToString(CultureInfo.InvariantCulture));
                }
            }
            while (epochs.Count == Part);
            if (view != _sent) await events.SendAsync(ChangeEvent.Changed, view.ToContract());
            _sent = view;
            return true;
        }
    }
}
