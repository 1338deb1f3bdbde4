using Polly;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Retries;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// Retries while the ledger is temporarily not available. It reports once that it waits, and retries until the ledger
/// can be used or a stop is requested. An error that is not temporary
/// (<see cref="LedgerUnavailableException.IsTransient"/> is false) ends the run.
/// </summary>
internal sealed class LedgerRetry(CommandConsole console, TimeProvider time, CancellationToken stop)
{
    // Errors other than a lock fail immediately, so without a pause the loop would spin.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private bool _isReported;

    /// <summary>
    /// Runs <paramref name="use"/> until the ledger can be used, and returns its result. A stop ends the waiting
    /// immediately, even while a call is in progress. After a stop the ledger is used once, without retries.
    /// </summary>
    public Task<T> UntilUsableAsync<T>(Func<Task<T>> use) =>
        UntilUsableAsync(token => Task.Run(use, token).WaitAsync(token));

    /// <summary>
    /// Does the same for a call that observes the cancellation token itself. The result of the call is never dropped,
    /// so it may be a resource such as a lock.
    /// </summary>
    public async Task<T> UntilUsableAsync<T>(Func<CancellationToken, Task<T>> use)
    {
        var waiting = stop.IsCancellationRequested ? CancellationToken.None : stop;
        try
        {
            var retrying = RetryPipeline.Create<T>(time, Pause, tried => IsTransient(tried)
                && !stop.IsCancellationRequested, tried => ReportUnavailable(tried.Outcome.Exception!));
            var result = await retrying.ExecuteAsync(async token => await use(token), waiting);
            ReportAvailable();
            return result;
        }
        catch (LedgerUnavailableException error) when (error.IsTransient)
        {
            throw new OperationCanceledException(error.Message, error, stop);
        }
    }

    /// <summary>Returns what <paramref name="read"/> returns, or null when the ledger cannot be read now.</summary>
    public async Task<T?> TryAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            var result = await read();
            ReportAvailable();
            return result;
        }
        catch (LedgerUnavailableException error) when (error.IsTransient)
        {
            ReportUnavailable(error);
            return null;
        }
    }

    private static bool IsTransient<T>(Outcome<T> tried) =>
        tried.Exception is LedgerUnavailableException { IsTransient: true };

    private void ReportUnavailable(Exception error)
    {
        if (!_isReported) console.Warn($"{error.Message}; retrying");
        _isReported = true;
    }

    private void ReportAvailable()
    {
        if (_isReported) console.Warn("the ledger is available again");
        _isReported = false;
    }
}
