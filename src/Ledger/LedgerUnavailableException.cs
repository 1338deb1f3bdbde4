using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Ledger;

/// <summary>The ledger cannot be read or written now (locked, disk full). Nothing of a write happened; it may be tried again.</summary>
public sealed class LedgerUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Puts an error of the file or the disk into words for people; any other error is given back as it is.</summary>
    internal static Exception Of(Exception error, string path) =>
        error is SqliteException sqlite && Explain(sqlite) is { } reason ? new LedgerUnavailableException($"{path}: {reason}", error) : error;

    /// <summary>True when the file itself is damaged.</summary>
    internal static bool IsDamage(SqliteException error) => error.SqliteErrorCode is 11 or 26;

    /// <summary>What is the matter with the file or the disk; null for an error that is neither's.</summary>
    internal static string? Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        5 or 6 => "another process keeps the ledger locked",
        8 => "the ledger cannot be written: the file or its folder is read-only",
        10 => string.Create(CultureInfo.InvariantCulture, $"the disk failed ({error.Message}, extended code {error.SqliteExtendedErrorCode})"),
        11 => $"the ledger's file is damaged ({error.Message})",
        13 => "the disk is full",
        14 => "the ledger cannot be opened: is its folder there, and may it be written?",
        26 => "the file is not a SQLite database",
        _ => null,
    };
}
