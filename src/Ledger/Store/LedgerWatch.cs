using Dapper;
using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>Detects commits to the ledger by any process, by reading one number. Not thread-safe.</summary>
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
        // The number changes only with the commits of other connections, and this one never writes.
        _connection ??= _connections.Open();
        var version = _connection.ExecuteScalar<long>("PRAGMA data_version");
        if (version == _seen) return false;
        _seen = version;
        return true;
    });

    public void Dispose() => _connection?.Dispose();
}
