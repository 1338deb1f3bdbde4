using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// Reads sweeps from a head. A sweep and its trials come from separate requests, so a trial may be slightly newer than
/// the counts. Not thread-safe.
/// </summary>
public sealed class HeadSweeps(SweepsClient head, TimeProvider time, CancellationToken cancellation) : ISweepReads
{
    private const int LargestPage = 1000;
    private const int Tries = 3; // A new revision makes cursors invalid; then the list is read again.

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SweepSummary>> ReadSweepsAsync()
    {
        var sweeps = new List<SweepSummary>();
        string? cursor = null;
        do
        {
            var page = await GetRequiredAsync<SweepList>(Page("api/v1/sweeps", LargestPage, cursor));
            sweeps.AddRange(page.Items.Select(ContractMapping.ToSummary));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return sweeps;
    }

    /// <inheritdoc/>
    public async Task<SweepSummary?> FindSweepAsync(string sweep) =>
        (await head.GetAsync<Sweep>(SweepsClient.PathOf(sweep), cancellation))?.ToSummary();

    /// <inheritdoc/>
    public async Task<SweepView?> FindAsync(string sweep, PageRequest request)
    {
        if (request is { Skip: > 0 } or { After: not null })
            throw new ArgumentException("lists of a head can only be read from the beginning", nameof(request));
        if (await FindSweepAsync(sweep) is not { } summary) return null;
        var (trials, first) = await ListAsync(sweep, request);
        return View(summary, first.Total, trials, first.Varying);
    }

    /// <inheritdoc/>
    public Task<string?> FindReportAsync(string sweep) =>
        head.GetTextAsync($"{SweepsClient.PathOf(sweep)}/report", cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SweepHook>> ReadHooksAsync(string sweep) =>
        (await head.GetAsync<SweepHookList>($"{SweepsClient.PathOf(sweep)}/hooks", cancellation))?.Items ?? [];

    /// <inheritdoc/>
    public SweepWatch Watch(string sweep) => new(new Watched(this, sweep), sweep, time);

    private static SweepView View(
        SweepSummary summary, int total, IReadOnlyList<Trial> trials, IReadOnlyList<string> varying) =>
        new(summary, TrialLabels.OfVarying(varying), total, [.. trials.Select(ContractMapping.ToView)], End: null);

    // The trials of all pages, and the first page.
    private async Task<(IReadOnlyList<Trial> Trials, TrialList First)> ListAsync(string sweep, PageRequest request)
    {
        for (var tries = 1; ; tries++)
        {
            var trials = new List<Trial>();
            TrialList? first = null;
            string? cursor = null;
            try
            {
                while (true)
                {
                    var limit = Math.Min(LargestPage, request.Take - trials.Count);
                    var filter = request.State is { } state ? $"&state={EnumWords.Of(state)}" : "";
                    var path = Page($"{SweepsClient.PathOf(sweep)}/trials", limit, cursor);
                    var page = await GetRequiredAsync<TrialList>($"{path}&order={EnumWords.Of(request.Order)}{filter}");
                    trials.AddRange(page.Items);
                    first ??= page;
                    cursor = page.NextCursor;
                    if (cursor is null || trials.Count >= request.Take) return (trials, first);
                }
            }
            catch (BadInputException) when (cursor is not null && tries < Tries)
            {
                // The sweep has a new revision, so its list is read again from the beginning.
            }
        }
    }

    private static string Page(string path, int limit, string? cursor)
    {
        var text = new StringBuilder(path).Append(CultureInfo.InvariantCulture, $"?limit={limit}");
        return (cursor is null ? text : text.Append("&cursor=").Append(Uri.EscapeDataString(cursor))).ToString();
    }

    private async Task<T> GetRequiredAsync<T>(string path)
        where T : class => await head.GetAsync<T>(path, cancellation)
            ?? throw new BadInputException($"the head no longer has {path}");

    private sealed class Watched(HeadSweeps sweeps, string sweep) : IWatchedSweep
    {
        private string? _mark;

        // Only a request can detect a change. The watch sends requests less often when answers take long.
        public Task<bool> HasChangedAsync() => Task.FromResult(true);

        public Task<SweepView?> FindAsync(PageRequest request) => sweeps.FindAsync(sweep, request);

        public async Task<SweepView?> FindChangesAsync()
        {
            if (_mark is null) return await FindFirstAsync();
            if (await sweeps.FindChangesAsync(sweep, _mark) is not { } changes) return null;
            _mark = changes.Mark;
            return View(changes.Sweep.ToSummary(), changes.Items.Count, changes.Items, changes.Varying);
        }

        // A sweep may have 100,000 trials, so the watch begins with one page: running and failed trials come first.
        private async Task<SweepView?> FindFirstAsync()
        {
            if (await sweeps.FindSweepAsync(sweep) is not { } summary) return null;
            var (trials, first) = await sweeps.ListAsync(sweep, new PageRequest(0, LargestPage));
            _mark = first.Mark;
            return View(summary, first.Total, trials, first.Varying);
        }

        public void Dispose()
        {
            // No resource is held between two requests.
        }
    }

    private Task<TrialChanges?> FindChangesAsync(string sweep, string? since) => head.PostAsync<TrialChanges>(
        $"{SweepsClient.PathOf(sweep)}/trials/changes", new TrialChangesRequest { Since = since }, cancellation);
}
