namespace Sbnn.Sweeps.Ledger;

/// <summary>The ledger cannot be written now (locked, disk full). Nothing of the write happened; it may be tried again.</summary>
public sealed class LedgerUnavailableException(string message, Exception inner) : Exception(message, inner);
