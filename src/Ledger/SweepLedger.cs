using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// The ledger: one SQLite file in WAL mode, with one connection that writes and read-only connections otherwise.
/// Committed data survives any crash of this process or the machine (<c>synchronous=FULL</c>).
/// </summary>
public sealed class SweepLedger : IAsyncDisposable
{
    /// <summary>How long a write waits by default for a lock that another process holds.</summary>
    public static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromSeconds(30);

    private SweepLedger(
        string path, SqliteConnection connection, TimeProvider time, TimeSpan lockTimeout, ILogger logger)
    {
        Connection = connection;
        Reader = new LedgerReader(path, Migrations.Latest);
        Writer = new LedgerWriter(connection, time, lockTimeout, logger);
    }

    public LedgerReader Reader { get; }

    public LedgerWriter Writer { get; }

    internal SqliteConnection Connection { get; }

    /// <summary>
    /// Opens the ledger, creating or migrating it. Throws <see cref="BadInputException"/> when the file is not a ledger
    /// or is from a newer sbnn, and <see cref="LedgerUnavailableException"/> when it cannot be used now.
    /// </summary>
    /// <param name="path">The path of the database's file.</param>
    /// <param name="time">The clock for recorded times (provenance only) and for
    /// <paramref name="lockTimeout"/>.</param>
    /// <param name="logger">The log for waits for a lock and for failed writes.</param>
    /// <param name="lockTimeout">How long a write waits for a lock that another process holds; null:
    /// <see cref="DefaultLockTimeout"/>. Opening waits no longer than five seconds.</param>
    public static async Task<SweepLedger> OpenAsync(
        string path, TimeProvider time, ILogger? logger = null, TimeSpan? lockTimeout = null)
    {
        var wait = lockTimeout ?? DefaultLockTimeout;
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

    /// <summary>Waits for the writes in progress, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        Reader.Dispose();
        await Connection.DisposeAsync();
    }
}
