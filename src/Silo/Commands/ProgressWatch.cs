using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Silo.Commands;

/// <summary>How a run looks at its sweep, again and again: a ledger that cannot be read for a while is no reason to end.</summary>
internal static class ProgressWatch
{
    /// <summary>Where the sweep stands; null when the ledger cannot be read now.</summary>
    public static async Task<SweepProgress?> TryReadAsync(LedgerReader ledger, string sweep)
    {
        try
        {
            return await ledger.FindProgressAsync(sweep) ?? throw new InvalidOperationException($"the ledger lost sweep {sweep}");
        }
        catch (LedgerUnavailableException)
        {
            return null; // Whoever writes it says so; the next look tells more.
        }
    }
}
