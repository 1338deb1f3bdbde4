using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>
/// A head that the user named. Everything goes through its HTTP API; no home on this machine is opened.
/// </summary>
/// <param name="access">How to reach the head.</param>
/// <param name="option">The option with which a suggested command names the head; empty when the environment names
/// it.</param>
/// <param name="cancellation">Cancels requests.</param>
internal sealed class HeadTarget(HeadAccess access, string option, CancellationToken cancellation) : ISweepTarget
{
    private readonly SweepsClient _head = new(access);
    private HeadSweeps? _reads;

    public string? Home => null;

    public HeadOutput Head { get; } = new(null, access.Address.AbsoluteUri.TrimEnd('/'));

    HeadOutput? ISweepTarget.Head => Head;

    public string Status => $"sbnn is running at {Head.Address}";

    // The dashboard's address contains the token, so only the head's own machine prints it.
    public string? Dashboard => null;

    public ISweepReads Reads => _reads ??= new HeadSweeps(_head, TimeProvider.System, cancellation);

    public string Command(string arguments) => $"sbnn {arguments}{option}";

    public SweepsClient Connect() => new(access);

    public Task<Changed<ChangedDesiredState>> SetDesiredStateAsync(string sweep, DesiredState desired) =>
        ApplyAsync(sweep, () => _head.SetDesiredStateAsync(sweep, desired, cancellation));

    public Task<Changed<ChangedPriority>> SetPriorityAsync(string sweep, int priority) =>
        ApplyAsync(sweep, () => _head.ChangePriorityAsync(sweep, priority, cancellation));

    public Task<Changed<RetriedTrials>> RetryFailedAsync(string sweep) =>
        ApplyAsync(sweep, () => _head.RetryFailedAsync(sweep, cancellation));

    public void Dispose() => _head.Dispose();

    private async Task<Changed<T>> ApplyAsync<T>(string sweep, Func<Task<T?>> change)
        where T : class
    {
        var changed = await change() ?? throw await UnknownSweep.OfAsync(sweep, Reads);
        return new Changed<T>(changed, Head, (await Reads.FindSweepAsync(sweep))!);
    }
}
