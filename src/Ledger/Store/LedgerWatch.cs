using Dapper;
using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Detects commits to the ledger by any process. Each check reads only one number, SQLite's data version. Not
/// thread-safe.
/// </summary>
public sealed class LedgerWatch : IDisposable
{
    private readonly ReadConnections _connections;
    private SqliteConnection? _connection;
    private long? _seen;

    internal LedgerWatch(ReadConnections connections) => _connections = connections;

    /// <summary>True when something was committed since the last call, and at the first call.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public Task<bool> HasChangedAsync() => ReadConnections.OffThreadAsync(_connections.Path, () =>
    {
        // SQLite changes this number for commits of other connections only, and this connection never writes.
        _connection ??= _connections.Open();
        var version = _connection.ExecuteScalar<long>("PRAGMA data_version");
        if (version == _seen) return false;
        _seen = version;
        return true;
    });

    public void Dispose() => _connection?.Dispose();
}
