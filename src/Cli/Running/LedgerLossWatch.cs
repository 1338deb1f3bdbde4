using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// Notices that the ledger's file is gone. A commit would notice too, but there may be no commit: when the trainers'
/// folders are gone with the ledger, the trainers report nothing.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="time">The clock.</param>
internal sealed class LedgerLossWatch(SweepLedger ledger, TimeProvider time)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    private long _checkedAt = time.GetTimestamp();

    /// <summary>
    /// Throws when the ledger is lost. It looks at the file at most once in five seconds, so it may be called often.
    /// </summary>
    public void ThrowIfLost()
    {
        if (Find() is { } loss) throw loss;
    }

    private LedgerUnavailableException? Find()
    {
        if (time.GetElapsedTime(_checkedAt) < CheckInterval) return ledger.Writer.Loss;
        _checkedAt = time.GetTimestamp();
        return ledger.Writer.FindLoss();
    }
}
