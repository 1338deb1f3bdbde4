using Dapper;
using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>Notices commits to the ledger, whichever process made them, at the cost of looking at one number. Not for several threads at once.</summary>
public sealed class LedgerWatch : IDisposable
{
    private readonly SqliteConnection _connection;
    private long? _seen;

    internal LedgerWatch(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
    }

    /// <summary>True when something was committed since the last call; and at the first.</summary>
    public bool HasChanged()
    {
        // It changes only with the commits of other connections, and this one never writes.
        var version = _connection.ExecuteScalar<long>("PRAGMA data_version");
        if (version == _seen) return false;
        _seen = version;
        return true;
    }

    public void Dispose() => _connection.Dispose();
}
