using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// One SQLite file: WAL, one writer connection, read-only connections for the rest. What is committed survives any
/// crash of this process or the machine (<c>synchronous=FULL</c>).
/// </summary>
public sealed class SweepLedger : IAsyncDisposable
{
    /// <summary>How long a lock that another process holds is waited for, when nothing else is asked.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(30);

    private SweepLedger(string path, SqliteConnection connection, TimeProvider time, TimeSpan patience, ILogger logger)
    {
        Connection = connection;
        Reader = new LedgerReader(path, Migrations.Latest);
        Writer = new LedgerWriter(connection, time, patience, logger);
    }

    public LedgerReader Reader { get; }

    public LedgerWriter Writer { get; }

    internal SqliteConnection Connection { get; }

    /// <summary>
    /// Opens the ledger, creating or migrating it. Throws <see cref="BadInputException"/> when the file is no ledger or
    /// is from a newer sbnn, and <see cref="LedgerUnavailableException"/> when it cannot be used now.
    /// </summary>
    /// <param name="path">The database's file.</param>
    /// <param name="time">Gives the times of record (provenance only) and the clock for
    /// <paramref name="patience"/>.</param>
    /// <param name="logger">Told when a lock is waited for.</param>
    /// <param name="patience">How long a write waits for a lock that another process holds; null:
    /// <see cref="UsualPatience"/>. Opening waits no longer than five seconds.</param>
    public static async Task<SweepLedger> OpenAsync(
        string path, TimeProvider time, ILogger? logger = null, TimeSpan? patience = null)
    {
        var wait = patience ?? UsualPatience;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            ForeignKeys = true,
            Pooling = false,
            DefaultTimeout = (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 5),
        }.ToString());
        try
        {
            await connection.OpenAsync();
            connection.Execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA "
                    + "cache_size = -65536;");
            Migrations.Apply(connection, path);
            return new SweepLedger(path, connection, time, wait, logger ?? NullLogger.Instance);
        }
        catch (Exception error)
        {
            await connection.DisposeAsync();
            if (error is SqliteException sqlite) throw LedgerUnavailableException.OfOpening(sqlite, path);
            throw;
        }
    }

    /// <summary>Waits for the writes under way, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        Reader.Dispose();
        await Connection.DisposeAsync();
    }
}
