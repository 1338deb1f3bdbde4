using Microsoft.Extensions.Hosting;

namespace Sbnn.Sweeps.Silo;

/// <summary>The command handles signals, not its host.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
