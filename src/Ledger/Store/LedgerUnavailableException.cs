using System.Globalization;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>The ledger cannot be read or written now. A failed write has changed nothing and may be retried.</summary>
public sealed class LedgerUnavailableException : Exception
{
    public LedgerUnavailableException(string message, bool isTransient, Exception? inner = null)
        // Orleans passes an exception's Data from a grain to its caller, but not the fields of a derived exception.
        : base(message, inner) => Data[nameof(IsTransient)] = isTransient;

    /// <summary>
    /// True when the fault may disappear without a repair (locked, disk full); false when a person must repair the
    /// ledger first (damaged, read-only).
    /// </summary>
    public bool IsTransient => Data[nameof(IsTransient)] is true;

    /// <summary>What a person can do; null when the message is enough or <c>sbnn doctor</c> gives details.</summary>
    public string? Remedy
    {
        get => Data[nameof(Remedy)] as string;
        private init => Data[nameof(Remedy)] = value;
    }

    /// <summary>The reason in the message when another process holds SQLite's lock on the ledger.</summary>
    public const string Locked = "another process has locked the ledger";

    /// <summary>
    /// The exception to log when an operation is retried: null for a <see cref="LedgerUnavailableException"/>, because
    /// its message is enough.
    /// </summary>
    public static Exception? TraceOf(Exception error) => error is LedgerUnavailableException ? null : error;

    /// <summary>Translates an SQLite error of the file or the disk; returns any other error unchanged.</summary>
    internal static Exception Of(Exception error, string path) =>
        error is SqliteException sqlite && Explain(sqlite) is { } reason
            ? new LedgerUnavailableException($"{path}: {reason}", IsTransientFault(sqlite), error)
            {
                Remedy = RemedyOf(sqlite),
            }
            : error;

    /// <summary>
    /// Translates an error of opening the ledger; a missing file is a <see cref="BadInputException"/>.
    /// </summary>
    internal static Exception OfOpening(SqliteException error, string path)
    {
        var reason = $"{path}: the ledger cannot be opened: {Explain(error) ?? error.Message}";
        return error.SqliteErrorCode != 14 && Explain(error) is not null
            ? new LedgerUnavailableException(reason, IsTransientFault(error), error) { Remedy = RemedyOf(error) }
            : new BadInputException(reason, error);
    }

    /// <summary>The error for a ledger whose file is no longer at the path where it was opened.</summary>
    public static LedgerUnavailableException OfLoss(string path, string how) => new(
        $"{path}: the ledger was {how} while an sbnn process was using it, so new results would be lost",
        isTransient: false)
    {
        Remedy = "while no sbnn process uses this home, put the file, or a copy made by sbnn backup, back in its "
            + "place; without the file, the same command trains again from the start",
    };

    /// <summary>True when the file itself is damaged.</summary>
    internal static bool IsDamage(SqliteException error) => error.SqliteErrorCode is 11 or 26;

    /// <summary>True when the fault may disappear without a repair: a lock, a failing disk or a full disk.</summary>
    private static bool IsTransientFault(SqliteException error) => error.SqliteErrorCode is 5 or 6 or 10 or 13;

    // Only a missing permission has a remedy of its own, because restoring a backup would not help then.
    private static string? RemedyOf(SqliteException error) => error.SqliteErrorCode is 8 or 14
        ? $"repeat the command as a user with write permission (the current user is {Environment.UserName}), or ask "
            + "the owner to grant it with chmod"
        : null;

    /// <summary>The fault of the file or the disk; null for any other error.</summary>
    private static string? Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        5 or 6 => Locked,
        8 => "the ledger cannot be written: the file or its folder is read-only",
        10 => string.Create(CultureInfo.InvariantCulture,
            $"the disk failed ({error.Message}, extended code {error.SqliteExtendedErrorCode})"),
        11 => $"the ledger's file is damaged ({error.Message})",
        13 => "the disk is full",
        14 => "the ledger cannot be opened; check that its folder exists and is writable",
        26 => "the file is not a SQLite database",
        _ => null,
    };
}
