using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// The prepared statements of a connection by their SQL text. Each is prepared when it is first used, so SQL can be
/// written where it runs and is still parsed only once.
/// </summary>
internal sealed class Statements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Statement> _prepared = new(StringComparer.Ordinal);

    public Statement this[string sql]
    {
        get
        {
            if (!_prepared.TryGetValue(sql, out var statement))
                _prepared.Add(sql, statement = new Statement(connection, sql));
            return statement;
        }
    }

    public void Dispose()
    {
        foreach (var statement in _prepared.Values) statement.Dispose();
    }
}
