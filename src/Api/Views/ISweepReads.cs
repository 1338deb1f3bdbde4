using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>
/// Reads sweeps for display, from a ledger or from a head. Throws <see cref="LedgerUnavailableException"/> when the
/// ledger cannot be read now.
/// </summary>
public interface ISweepReads
{
    /// <summary>All sweeps, by name.</summary>
    Task<IReadOnlyList<SweepSummary>> ReadSweepsAsync();

    /// <summary>The summary of a sweep, without its trials; null when there is no such sweep.</summary>
    Task<SweepSummary?> FindSweepAsync(string sweep);

    /// <summary>A sweep with a page of its trials; null when there is no such sweep.</summary>
    Task<SweepView?> FindAsync(string sweep, PageRequest request);

    /// <summary>The table of a sweep as Markdown; null when there is no such sweep.</summary>
    /// <exception cref="BadInputException">The sweep's results cannot be put into the table.</exception>
    Task<string?> FindReportAsync(string sweep);

    /// <summary>The hooks that a sweep's latest revision names; empty when there is no such sweep.</summary>
    Task<IReadOnlyList<SweepHook>> ReadHooksAsync(string sweep);

    /// <summary>Watches one sweep while it is shown.</summary>
    SweepWatch Watch(string sweep);
}
