using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Sbnn.Sweeps.Dashboard;

/// <summary>
/// Counts the circuits: the state that the server keeps for each open page. A circuit without a connection counts until
/// it is freed.
/// </summary>
internal sealed class CircuitCount : CircuitHandler
{
    private int _count;

    public CircuitCount(IMeterFactory meters) => meters.Create(typeof(CircuitCount).Assembly.GetName().Name!)
        .CreateObservableUpDownCounter(
            "sbnn.dashboard.circuits", () => Volatile.Read(ref _count), "{circuit}", "Open pages of the dashboard.");

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Decrement(ref _count);
        return Task.CompletedTask;
    }
}
