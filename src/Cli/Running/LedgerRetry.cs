using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// How a run bears a ledger that cannot be used for a while: it says so once, and tries again until it can, or until a stop is asked for. What
/// does not pass by itself (<see cref="LedgerUnavailableException.IsPassing"/>) ends the run.
/// </summary>
internal sealed class LedgerPatience(CancellationToken stop)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1); // What does not wait for a lock fails at once, and would again.

    private bool _isTold;

    /// <summary>What a use of the ledger gives, when it gives something in the end.</summary>
    public async Task<T> OutlastAsync<T>(Func<Task<T>> use)
    {
        while (true)
        {
            if (await TryAsync(use) is (true, var given)) return given!;
            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>Where a sweep stands; null when the ledger cannot be read now.</summary>
    public async Task<SweepProgress?> TryReadAsync(LedgerReader ledger, string sweep)
    {
        var (isRead, progress) = await TryAsync(() => ledger.FindProgressAsync(sweep));
        return isRead && progress is null ? throw new InvalidOperationException($"the ledger lost sweep {sweep}") : progress;
    }

    /// <summary>What a use of the ledger gives, or that it gave nothing now.</summary>
    private async Task<(bool IsDone, T? Given)> TryAsync<T>(Func<Task<T>> use)
    {
        try
        {
            var given = await use();
            if (_isTold) await Console.Error.WriteLineAsync("the ledger can be used again");
            _isTold = false;
            return (true, given);
        }
        catch (LedgerUnavailableException error) when (error.IsPassing)
        {
            if (!_isTold) await Console.Error.WriteLineAsync($"{error.Message}; trying again");
            _isTold = true;
            return (false, default);
        }
    }
}
