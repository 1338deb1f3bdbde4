using System.Globalization;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// One SQLite file (DESIGN §7): WAL, one writer connection, read-only connections for the rest. What is committed survives any crash of
/// this process or the machine (<c>synchronous=FULL</c>).
/// </summary>
public sealed class SweepLedger : IAsyncDisposable
{
    private SweepLedger(string path, SqliteConnection connection, TimeProvider time)
    {
        Reader = new LedgerReader(path);
        Writer = new LedgerWriter(connection, time);
    }

    public LedgerReader Reader { get; }

    public LedgerWriter Writer { get; }

    /// <summary>
    /// Opens the ledger, creating or migrating it. Throws <see cref="BadInputException"/> when the file is no ledger, is from a newer
    /// sbnn, or stays locked by another process.
    /// </summary>
    public static async Task<SweepLedger> OpenAsync(string path, TimeProvider time)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            ForeignKeys = true,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            await connection.OpenAsync();
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            Migrations.Apply(connection, path);
            return new SweepLedger(path, connection, time);
        }
        catch (SqliteException error)
        {
            await connection.DisposeAsync();
            throw new BadInputException($"{path}: the ledger cannot be opened: {Explain(error)}", error);
        }
        catch (BadInputException)
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for the writes under way, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        Reader.Dispose();
    }

    internal static string Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        5 or 6 => "another process keeps it locked",
        13 => "the disk is full",
        26 => "the file is not a SQLite database",
        _ => string.Create(CultureInfo.InvariantCulture, $"{error.Message} (code {error.SqliteErrorCode})"),
    };
}
