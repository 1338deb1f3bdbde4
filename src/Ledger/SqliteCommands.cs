using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Ledger;

/// <summary>The statement without rows or parameters, which Dapper makes no shorter.</summary>
internal static class SqliteCommands
{
    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
