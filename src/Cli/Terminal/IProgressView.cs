using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Shows a sweep's progress while it runs.</summary>
internal interface IProgressView
{
    /// <summary>Calls <paramref name="watch"/> with what shows a state of the sweep, and keeps the screen while it runs.</summary>
    Task ShowAsync(Func<Action<SweepProgress>, Task> watch);
}
