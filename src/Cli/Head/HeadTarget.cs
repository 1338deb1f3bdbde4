using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>
/// A head that a user named: everything goes through its HTTP API, and nothing of a home is opened here.
/// </summary>
/// <param name="access">How it is reached.</param>
/// <param name="option">What a command needs to name it again; empty when the environment does.</param>
/// <param name="cancellation">Ends what is asked.</param>
internal sealed class HeadTarget(HeadAccess access, string option, CancellationToken cancellation) : ISweepTarget
{
    private readonly SweepsClient _head = new(access);
    private HeadSweeps? _reads;

    public string? Home => null;

    public HeadOutput Head { get; } = new(null, access.Address.AbsoluteUri.TrimEnd('/'));

    HeadOutput? ISweepTarget.Head => Head;

    public string Standing => $"an sbnn runs at {Head.Address}";

    public string? Dashboard => null; // Its address has the token in it, which is for the head's own machine to print.

    public ISweepReads Reads => _reads ??= new HeadSweeps(_head, TimeProvider.System, cancellation);

    public string Command(string words) => $"sbnn {words}{option}";

    public SweepsClient Connect() => new(access);

    public Task<Changed<ChangedDesiredState>> SetDesiredStateAsync(string sweep, DesiredState desired) =>
        ApplyAsync(sweep, () => _head.SetDesiredStateAsync(sweep, desired, cancellation));

    public Task<Changed<ChangedPriority>> PriorityAsync(string sweep, int priority) =>
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
