using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// Notices that the ledger's file is gone. A commit notices it too, but trainers whose folders are gone with the ledger
/// report nothing, so none may come.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="time">The clock.</param>
internal sealed class LedgerLossWatch(SweepLedger ledger, TimeProvider time)
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(5);

    private long _askedAt = time.GetTimestamp();

    /// <summary>Throws when the ledger is lost. May be called as often as one likes.</summary>
    public void Demand()
    {
        if (Find() is { } loss) throw loss;
    }

    private LedgerUnavailableException? Find()
    {
        if (time.GetElapsedTime(_askedAt) < BetweenQuestions) return ledger.Writer.Loss;
        _askedAt = time.GetTimestamp();
        return ledger.Writer.FindLoss();
    }
}
