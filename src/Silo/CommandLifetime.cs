using Microsoft.Extensions.Hosting;

namespace Sbnn.Sweeps.Silo;

/// <summary>Leaves signals to the command: the host handles none.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
