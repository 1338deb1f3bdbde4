using Microsoft.Extensions.Hosting;

namespace Sbnn.Sweeps.Silo;

/// <summary>A host lifetime that ignores signals, because the sbnn command that runs the host handles them.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
