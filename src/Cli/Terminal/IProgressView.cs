using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Shows a sweep's progress while it runs.</summary>
internal interface IProgressView
{
    /// <summary>Keeps the screen while <paramref name="during"/> runs.</summary>
    /// <param name="sweep">The sweep to show.</param>
    /// <param name="during">
    /// Gets a function that it calls again and again: it shows the sweep, when it is time for that, and gives it as
    /// it was shown last.
    /// </param>
    Task ShowAsync(SweepWatch sweep, Func<Func<Task<SweepSummary>>, Task> during);
}
