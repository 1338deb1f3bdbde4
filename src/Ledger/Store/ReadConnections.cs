using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Every read of a ledger goes through here. SQLite's library works synchronously, behind asynchronous names too, so a
/// read leaves its caller's thread: a grain or a page does not wait for the disk. A read sees one moment, and its
/// errors are <see cref="LedgerUnavailableException"/>.
/// </summary>
internal sealed class ReadConnections(string path) : IDisposable
{
    private readonly ConcurrentBag<ReadConnection> _idle = [];
    private volatile bool _isDisposed;

    /// <summary>The ledger's file.</summary>
    public string Path => path;

    /// <summary>Reads on a thread of the pool.</summary>
    public Task<T> ReadAsync<T>(Func<ReadConnection, T> read) => OffThreadAsync(path, () => Use(read));

    /// <summary>Reads on the caller's thread, which must be one that may wait for the disk.</summary>
    public T Read<T>(Func<ReadConnection, T> read) => Translated(path, () => Use(read));

    /// <summary>
    /// Does something that may wait for the disk on a thread of the pool, and puts its errors into words.
    /// </summary>
    public static Task<T> OffThreadAsync<T>(string path, Func<T> work) => Task.Run(() => Translated(path, work));

    /// <summary>Opens a connection that nothing can be written through.</summary>
    /// <param name="still">A ledger whose rest is to be asked for after each read; null: SQLite sees to that.</param>
    public SqliteConnection Open(out ReadOnlyLedger? still)
    {
        still = ReadOnlyLedger.Find(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = still?.Source ?? path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            // A prepared statement does not wait for a lock by itself.
            connection.Execute("PRAGMA busy_timeout = 5000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection to read at one moment only.</summary>
    public SqliteConnection Open() => Open(out _);

    /// <summary>Closes the idle connections; a read under way closes its own when it ends.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var connection)) connection.Dispose();
    }

    private static T Translated<T>(string path, Func<T> work)
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

    // A transaction that only reads blocks no other connection under WAL, and makes several queries see one moment. Its
    // statements are prepared, because every start of an attempt reads.
    private T Use<T>(Func<ReadConnection, T> read)
    {
        if (!_idle.TryTake(out var connection)) connection = new ReadConnection(Open(out var still), still);
        var isSound = false;
        try
        {
            connection.Statements["BEGIN"].Run();
            var result = read(connection);
            // There is nothing to commit, and a damaged ledger refuses a COMMIT.
            connection.Statements["ROLLBACK"].Run();
            connection.Still?.DemandStillness();
            isSound = connection.Still is null; // The next read looks anew how the ledger is to be opened.
            return result;
        }
        catch (SqliteException)
        {
            connection.Still?.DemandStillness(); // Half of a change looks like damage.
            throw;
        }
        finally
        {
            if (isSound) _idle.Add(connection);
            else connection.Dispose();
            if (_isDisposed) Dispose(); // Asked after the connection is back: whichever of the two is later closes it.
        }
    }
}

/// <summary>A connection to read through, with the statements that were prepared on it.</summary>
/// <param name="database">The connection.</param>
/// <param name="still">The ledger, where it can be read only while nobody writes it.</param>
internal sealed class ReadConnection(SqliteConnection database, ReadOnlyLedger? still) : IDisposable
{
    public ReadOnlyLedger? Still => still;

    public SqliteConnection Database => database;

    public Statements Statements { get; } = new(database);

    public void Dispose()
    {
        Statements.Dispose();
        database.Dispose();
    }
}
