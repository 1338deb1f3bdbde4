using Polly;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Retries;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// How a run bears a ledger that cannot be used for a while: it says so once, and tries again until it can, or until a
/// stop is asked for. What does not pass by itself (<see cref="LedgerUnavailableException.IsPassing"/>) ends the run.
/// </summary>
internal sealed class LedgerRetry(CommandConsole console, TimeProvider time, CancellationToken stop)
{
    // What does not wait for a lock fails at once, and would again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private bool _isTold;

    /// <summary>
    /// What a use of the ledger gives, once it can be used. A stop ends the waiting at once, also for an answer that is
    /// still to come. After a stop the ledger is used without waiting for it.
    /// </summary>
    public Task<T> UntilUsableAsync<T>(Func<Task<T>> use) =>
        UntilUsableAsync(token => Task.Run(use, token).WaitAsync(token));

    /// <summary>
    /// The same for a use that a stop ends by itself. Its answer is never dropped, so it may be something to hold, as a
    /// lock.
    /// </summary>
    public async Task<T> UntilUsableAsync<T>(Func<CancellationToken, Task<T>> use)
    {
        var waiting = stop.IsCancellationRequested ? CancellationToken.None : stop;
        try
        {
            var retrying = RetryPipeline.Create<T>(time, Pause, tried => IsPassing(tried)
                && !stop.IsCancellationRequested, tried => Tell(tried.Outcome.Exception!));
            var given = await retrying.ExecuteAsync(async token => await use(token), waiting);
            TellUsable();
            return given;
        }
        catch (LedgerUnavailableException error) when (error.IsPassing)
        {
            throw new OperationCanceledException(error.Message, error, stop);
        }
    }

    /// <summary>What a read of the ledger gives; null when the ledger cannot be read now.</summary>
    public async Task<T?> TryAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            var given = await read();
            TellUsable();
            return given;
        }
        catch (LedgerUnavailableException error) when (error.IsPassing)
        {
            Tell(error);
            return null;
        }
    }

    private static bool IsPassing<T>(Outcome<T> tried) =>
        tried.Exception is LedgerUnavailableException { IsPassing: true };

    private void Tell(Exception error)
    {
        if (!_isTold) console.Warn($"{error.Message}; trying again");
        _isTold = true;
    }

    private void TellUsable()
    {
        if (_isTold) console.Warn("the ledger can be used again");
        _isTold = false;
    }
}
