using System.Collections.Concurrent;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Reads sweeps from the ledger for display.</summary>
public sealed class SweepViewReader(LedgerReader ledger, IHomeFacts home, TimeProvider time) : ISweepReads
{
    private readonly ConcurrentDictionary<string, (int Revision, TrialLabels Labels)> _labels =
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

    Task<IReadOnlyList<SweepSummary>> ISweepReads.ReadSweepsAsync() => ReadSweepsAsync();

    private async Task<SweepView> ViewAsync(
        SweepSummary sweep, int total, IReadOnlyList<TrialProgress> trials, TrialPosition? end)
    {
        var hasHead = home.HasHead();
        return new SweepView(
            sweep, await LabelsAsync(sweep), total, [.. trials.Select(trial => View(trial, sweep.DesiredState, hasHead))],
            end);
    }

    private TrialView View(TrialProgress trial, DesiredState desiredState, bool hasHead) => new(
        trial,
        TrialReason.Of(trial, desiredState, hasHead, home, time),
        trial.Attempt == 0 ? null : home.LogsOf(trial.AttemptId));

    // Labels depend on all trials of a revision, so they are cached until the next revision.
    private async Task<TrialLabels> LabelsAsync(SweepSummary sweep)
    {
        if (_labels.TryGetValue(sweep.Name, out var known) && known.Revision == sweep.Revision) return known.Labels;
        var labels = new TrialLabels(await ledger.ReadSpecsAsync(sweep.Name, sweep.Revision));
        _labels[sweep.Name] = (sweep.Revision, labels);
        return labels;
    }
}
