using System.Collections.Concurrent;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Reads sweeps from the ledger for display.</summary>
public sealed class SweepViewReader(LedgerReader ledger, IHomeFacts home, TimeProvider time) : ISweepReads
{
    private readonly ConcurrentDictionary<string, (int Revision, TrialIndex Index)> _indexes =
        new(StringComparer.Ordinal);

    /// <summary>Sweeps by name.</summary>
    /// <param name="after">Only sweeps whose names come after this one; null: from the first.</param>
    /// <param name="take">The largest number of sweeps.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public Task<IReadOnlyList<SweepSummary>> ReadSweepsAsync(string? after = null, int take = int.MaxValue) =>
        ledger.ReadSweepsAsync(after, take);

    /// <summary>The summary of a sweep, without its trials; null when there is no such sweep.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public Task<SweepSummary?> FindSweepAsync(string sweep) => ledger.FindSweepAsync(sweep);

    /// <summary>A sweep with a page of the trials that a search finds; null when there is no such sweep.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public async Task<SweepView?> FindAsync(string sweep, PageRequest request, TrialSearch search)
    {
        if (await ledger.FindSweepAsync(sweep) is not { } summary) return null;
        var positions = (await IndexAsync(summary)).Find(search);
        var order = positions is not null && search.SortedBy is not null ? TrialOrder.Grid : request.Order;
        return await FindAsync(sweep, request with { Positions = positions, Order = order });
    }

    /// <summary>A sweep with a page of its trials; null when there is no such sweep.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public async Task<SweepView?> FindAsync(string sweep, PageRequest request) =>
        await ledger.FindPageAsync(sweep, request) is { } page
            ? await ViewAsync(page.Sweep, page.Total, page.Trials, page.End) : null;

    /// <summary>
    /// A sweep with the trials that changed since a mark, and the next mark; null when there is no such sweep.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public async Task<(SweepView View, ChangeMark Mark)?> FindChangesAsync(string sweep, ChangeMark? since) =>
        await ledger.FindChangesAsync(sweep, since) is { } changed
            ? (await ViewAsync(changed.Sweep, changed.Trials.Count, changed.Trials, end: null), changed.Mark)
            : null;

    /// <summary>
    /// The trial whose key begins with a prefix, with all its epochs; null when no key does.
    /// </summary>
    /// <param name="prefix">The first digits of the trial's key.</param>
    /// <param name="sweep">The sweep whose labels and desired state are used; null, or a sweep without the trial: the
    /// first sweep that has it.</param>
    /// <param name="known">The trial as it was read before. When it is finished, its epochs are not read again.</param>
    /// <exception cref="Core.BadInputException">The prefix is not valid, or matches several trials.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public async Task<TrialDetailView?> FindTrialAsync(string prefix, string? sweep = null, TrialDetail? known = null)
    {
        if (await TrialPrefix.FindAsync(ledger, prefix) is not { Key: var key }) return null;
        var isKnown = known?.Progress.State == TrialState.Finished
            && await ledger.FindProgressAsync(key) == known.Progress;
        if ((isKnown ? known : await ledger.FindDetailAsync(key)) is not { } detail) return null;
        var name = sweep is not null && detail.Sweeps.Contains(sweep) ? sweep
            : detail.Sweeps is [var first, ..] ? first : null;
        var shown = name is null ? null : await ledger.FindSweepAsync(name);
        return new TrialDetailView(
            detail,
            TrialReason.Of(detail.Progress, shown?.DesiredState ?? DesiredState.Active, home.HasHead(), home, time))
        {
            Sweep = shown,
            Labels = shown is null ? null : (await IndexAsync(shown)).Labels,
        };
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SweepHook>> ReadHooksAsync(string sweep) => ledger.ReadHooksAsync(sweep);

    /// <summary>Watches one sweep while it is shown.</summary>
    public SweepWatch Watch(string sweep) => new(new LedgerWatchedSweep(this, ledger.Watch(), sweep), sweep, time);

    /// <inheritdoc/>
    public async Task<string?> FindReportAsync(string sweep) =>
        await ledger.FindOutcomeAsync(sweep) is { } outcome ? MarkdownTable.Render(SweepTable.Of(outcome)) : null;

    /// <summary>The mark of a sweep's current state; null when there is no such sweep.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public Task<ChangeMark?> FindMarkAsync(string sweep) => ledger.FindMarkAsync(sweep);

    /// <summary>A trial, independent of the sweeps that contain it; null for an unknown trial.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public async Task<TrialView?> FindTrialAsync(TrialKey trial) =>
        await ledger.FindProgressAsync(trial) is { } progress ? await ViewAsync(progress) : null;

    /// <summary>A view of a trial, independent of the sweeps that contain it.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public async Task<TrialView> ViewAsync(TrialProgress trial) =>
        View(trial, await ledger.FindDesiredStateAsync(trial.Key), home.HasHead());

    /// <summary>The distinguishing settings of a sweep's trials. They are cached until the next revision.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public async Task<TrialIndex> IndexAsync(SweepSummary sweep)
    {
        if (_indexes.TryGetValue(sweep.Name, out var known) && known.Revision == sweep.Revision) return known.Index;
        var index = new TrialIndex(await ledger.ReadSpecsAsync(sweep.Name, sweep.Revision));
        _indexes[sweep.Name] = (sweep.Revision, index);
        return index;
    }

    Task<IReadOnlyList<SweepSummary>> ISweepReads.ReadSweepsAsync() => ReadSweepsAsync();

    private async Task<SweepView> ViewAsync(
        SweepSummary sweep, int total, IReadOnlyList<TrialProgress> trials, TrialPosition? end)
    {
        var hasHead = home.HasHead();
        var labels = (await IndexAsync(sweep)).Labels;
        return new SweepView(
            sweep, labels, total, [.. trials.Select(trial => View(trial, sweep.DesiredState, hasHead))], end);
    }

    private TrialView View(TrialProgress trial, DesiredState desiredState, bool hasHead) => new(
        trial,
        TrialReason.Of(trial, desiredState, hasHead, home, time),
        trial.Attempt == 0 ? null : home.LogsOf(trial.AttemptId));
}
