using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>A watched sweep of a ledger. Changes of the ledger can be detected without reading its tables.</summary>
internal sealed class LedgerWatchedSweep(SweepViewReader reader, LedgerWatch ledger, string sweep) : IWatchedSweep
{
    private ChangeMark? _mark;

    public Task<bool> HasChangedAsync() => ledger.HasChangedAsync();

    public Task<SweepView?> FindAsync(PageRequest request) => reader.FindAsync(sweep, request);

    public async Task<SweepView?> FindChangesAsync()
    {
        if (await reader.FindChangesAsync(sweep, _mark) is not var (view, mark)) return null;
        _mark = mark;
        return view;
    }

    public void Dispose() => ledger.Dispose();
}
