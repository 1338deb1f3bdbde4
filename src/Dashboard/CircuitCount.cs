using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Sbnn.Sweeps.Dashboard;

/// <summary>
/// Counts the circuits: the state that the server keeps for each open page. A circuit without a connection counts until
/// it is freed.
/// </summary>
internal sealed class CircuitCount : CircuitHandler
{
    // .NET's own counter also counts down for circuits that are closed before they open, as in a quick navigation, and
    // becomes wrong. So the circuits are kept instead of their number.
    private readonly ConcurrentDictionary<string, byte> _open = new(StringComparer.Ordinal);

    public CircuitCount(IMeterFactory meters) => meters.Create(typeof(CircuitCount).Assembly.GetName().Name!)
        .CreateObservableUpDownCounter(
            "sbnn.dashboard.circuits", () => _open.Count, "{circuit}", "Open pages of the dashboard.");

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _open[circuit.Id] = default;
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _open.TryRemove(circuit.Id, out _);
        return Task.CompletedTask;
    }
}
