using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>
/// Reads a home's sweeps from its ledger. The trials of a sweep are read from the home's head, because only the head
/// has the reasons for which trials wait. When the head does not answer, the trials are read from the ledger.
/// </summary>
/// <param name="ledger">The home's ledger.</param>
/// <param name="connect">Returns a client of the head; null when no head runs there.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellation">Cancels requests.</param>
internal sealed class HomeReads(
    ISweepReads ledger, Func<SweepsClient?> connect, TimeProvider time, CancellationToken cancellation) : ISweepReads
{
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SweepSummary>> ReadSweepsAsync() => ledger.ReadSweepsAsync();

    /// <inheritdoc/>
    public Task<SweepSummary?> FindSweepAsync(string sweep) => ledger.FindSweepAsync(sweep);

    /// <inheritdoc/>
    public async Task<SweepView?> FindAsync(string sweep, PageRequest request) =>
        await AskHeadAsync(sweep, request) ?? await ledger.FindAsync(sweep, request);

    /// <inheritdoc/>
    public Task<string?> FindReportAsync(string sweep) => ledger.FindReportAsync(sweep);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SweepHook>> ReadHooksAsync(string sweep) => ledger.ReadHooksAsync(sweep);

    /// <inheritdoc/>
    public SweepWatch Watch(string sweep) => ledger.Watch(sweep);

    private async Task<SweepView?> AskHeadAsync(string sweep, PageRequest request)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(HeadTimeout);
        try
        {
            using var head = connect();
            return head is null ? null : await new HeadSweeps(head, time, timeout.Token).FindAsync(sweep, request);
        }
        catch (Exception error) when (error is HeadUnreachableException or BadInputException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null; // The head ends, hangs, or has another build. The ledger has everything except the reasons.
        }
    }
}
