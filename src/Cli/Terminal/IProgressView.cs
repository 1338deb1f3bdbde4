using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Shows a sweep's progress while it runs.</summary>
internal interface IProgressView
{
    /// <summary>Shows the sweep while <paramref name="during"/> runs.</summary>
    /// <param name="sweep">The sweep to show.</param>
    /// <param name="during">Receives a function to call repeatedly. The function shows the sweep if an update is due,
    /// and returns the sweep as it was last shown.</param>
    Task ShowAsync(SweepWatch sweep, Func<Func<Task<SweepSummary>>, Task> during);
}
