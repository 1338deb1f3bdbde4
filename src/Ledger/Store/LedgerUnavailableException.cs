using System.Globalization;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>The ledger cannot be read or written now. Nothing of a write happened; it may be tried again.</summary>
public sealed class LedgerUnavailableException : Exception
{
    public LedgerUnavailableException(string message, bool isPassing, Exception? inner = null)
        // A field would not cross from a grain to its caller.
        : base(message, inner) => Data[nameof(IsPassing)] = isPassing;

    /// <summary>
    /// True when it may be over in a moment (locked, disk full); false when somebody has to see to it first (damaged,
    /// read-only).
    /// </summary>
    public bool IsPassing => Data[nameof(IsPassing)] is true;

    /// <summary>
    /// What a person can do about it; null where the message says all there is to say, or <c>sbnn doctor</c> knows
    /// more.
    /// </summary>
    public string? Remedy
    {
        get => Data[nameof(Remedy)] as string;
        private init => Data[nameof(Remedy)] = value;
    }

    /// <summary>
    /// What a log should trace of an error that is tried again: nothing of this one, whose message says all.
    /// </summary>
    public static Exception? TraceOf(Exception error) => error is LedgerUnavailableException ? null : error;

    /// <summary>
    /// Puts an error of the file or the disk into words for people; any other error is given back as it is.
    /// </summary>
    internal static Exception Of(Exception error, string path) =>
        error is SqliteException sqlite && Explain(sqlite) is { } reason
            ? new LedgerUnavailableException($"{path}: {reason}", IsPassingFault(sqlite), error)
            {
                Remedy = RemedyOf(sqlite),
            }
            : error;

    /// <summary>
    /// Puts into words why a file cannot be opened; one that is not there is a <see cref="BadInputException"/>.
    /// </summary>
    internal static Exception OfOpening(SqliteException error, string path)
    {
        var reason = $"{path}: the ledger cannot be opened: {Explain(error) ?? error.Message}";
        return error.SqliteErrorCode != 14 && Explain(error) is not null
            ? new LedgerUnavailableException(reason, IsPassingFault(error), error) { Remedy = RemedyOf(error) }
            : new BadInputException(reason, error);
    }

    /// <summary>The file is not where it was opened any more.</summary>
    public static LedgerUnavailableException OfLoss(string path, string how) => new(
        $"{path}: the ledger was {how} while an sbnn wrote it, so what is recorded from now on would be lost",
        isPassing: false)
    {
        Remedy = "put the file, or a copy made by sbnn backup, back in its place while no sbnn runs there; "
            + "without one, the same command trains anew",
    };

    /// <summary>True when the file itself is damaged.</summary>
    internal static bool IsDamage(SqliteException error) => error.SqliteErrorCode is 11 or 26;

    /// <summary>True when it may be over in a moment: locked, a failing or a full disk.</summary>
    private static bool IsPassingFault(SqliteException error) => error.SqliteErrorCode is 5 or 6 or 10 or 13;

    // A copy in its place would be as closed.
    private static string? RemedyOf(SqliteException error) => error.SqliteErrorCode is 8 or 14
        ? $"repeat the command as a user who may write there (this is {Environment.UserName}), "
            + "or have the owner allow it with chmod"
        : null;

    /// <summary>What is the matter with the file or the disk; null for an error that is neither's.</summary>
    private static string? Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        5 or 6 => "another process keeps the ledger locked",
        8 => "the ledger cannot be written: the file or its folder is read-only",
        10 => string.Create(CultureInfo.InvariantCulture,
            $"the disk failed ({error.Message}, extended code {error.SqliteExtendedErrorCode})"),
        11 => $"the ledger's file is damaged ({error.Message})",
        13 => "the disk is full",
        14 => "the ledger cannot be opened: is its folder there, and may it be written?",
        26 => "the file is not a SQLite database",
        _ => null,
    };
}
