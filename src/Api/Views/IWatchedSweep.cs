using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>A sweep that is read repeatedly.</summary>
internal interface IWatchedSweep : IDisposable
{
    /// <summary>False when nothing can have changed since the last call.</summary>
    Task<bool> HasChangedAsync();

    /// <summary>The sweep with a page of its trials; null when it no longer exists.</summary>
    Task<SweepView?> FindAsync(PageRequest request);

    /// <summary>
    /// The sweep with the trials that changed since the last call; at the first call with all trials, or from a head
    /// with up to 1000, the running and failed ones first. Null when it no longer exists.
    /// </summary>
    Task<SweepView?> FindChangesAsync();
}
