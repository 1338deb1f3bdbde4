using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Runs all reads of a ledger. SQLite's library is synchronous even behind its asynchronous methods, so a read runs on
/// a thread of the pool and does not block a grain or a page. A read sees one snapshot, and its errors are <see
/// cref="LedgerUnavailableException"/>.
/// </summary>
internal sealed class ReadConnections(string path) : IDisposable
{
    private readonly ConcurrentBag<ReadConnection> _idle = [];
    private volatile bool _isDisposed;

    /// <summary>The ledger's file.</summary>
    public string Path => path;

    /// <summary>Runs a read on a pool thread.</summary>
    public Task<T> ReadAsync<T>(Func<ReadConnection, T> read) => OffThreadAsync(path, () => Use(read));

    /// <summary>Runs a read on the caller's thread, which must be allowed to wait for the disk.</summary>
    public T Read<T>(Func<ReadConnection, T> read) => TranslateErrors(path, () => Use(read));

    /// <summary>Runs work that may wait for the disk on a pool thread, and translates its errors.</summary>
    public static Task<T> OffThreadAsync<T>(string path, Func<T> work) => Task.Run(() => TranslateErrors(path, work));

    /// <summary>Opens a read-only connection.</summary>
    /// <param name="readOnly">A read-only ledger that must be checked for writes after each read; null when SQLite
    /// itself isolates reads.</param>
    public SqliteConnection Open(out ReadOnlyLedger? readOnly)
    {
        readOnly = ReadOnlyLedger.Find(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = readOnly?.Source ?? path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            // Prepared statements need this timeout to wait for a lock.
            connection.Execute("PRAGMA busy_timeout = 5000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection for a single read.</summary>
    public SqliteConnection Open() => Open(out _);

    /// <summary>Closes the idle connections; a read in progress closes its own when it ends.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var connection)) connection.Dispose();
    }

    private static T TranslateErrors<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException error)
        {
            throw LedgerUnavailableException.Of(error, path);
        }
    }

    // Under WAL a read transaction blocks no other connection, and several queries in it see one snapshot. Its
    // statements are prepared, because every start of an attempt reads.
    private T Use<T>(Func<ReadConnection, T> read)
    {
        if (!_idle.TryTake(out var connection)) connection = new ReadConnection(Open(out var readOnly), readOnly);
        var isReusable = false;
        try
        {
            connection.Statements["BEGIN"].Run();
            var result = read(connection);
            // A read has nothing to commit, and COMMIT fails on a damaged ledger.
            connection.Statements["ROLLBACK"].Run();
            connection.ReadOnly?.ThrowIfWritten();
            // For a read-only ledger, the next read decides again how to open the file.
            isReusable = connection.ReadOnly is null;
            return result;
        }
        catch (SqliteException)
        {
            // A write by another process during the read can make the ledger look damaged. Then the write is reported.
            connection.ReadOnly?.ThrowIfWritten();
            throw;
        }
        finally
        {
            if (isReusable) _idle.Add(connection);
            else connection.Dispose();
            // Checked after the connection was returned, so that either Dispose or this read closes it.
            if (_isDisposed) Dispose();
        }
    }
}

/// <summary>A read connection with the statements that were prepared on it.</summary>
/// <param name="database">The connection.</param>
/// <param name="readOnly">The read-only ledger that must be checked for writes after each read; null when SQLite itself
/// isolates reads.</param>
internal sealed class ReadConnection(SqliteConnection database, ReadOnlyLedger? readOnly) : IDisposable
{
    public ReadOnlyLedger? ReadOnly => readOnly;

    public SqliteConnection Database => database;

    public Statements Statements { get; } = new(database);

    public void Dispose()
    {
        Statements.Dispose();
        database.Dispose();
    }
}
