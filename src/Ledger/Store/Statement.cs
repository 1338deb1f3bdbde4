using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// A statement that is prepared once and run many times. An epoch event has tens of values, for which ADO.NET's boxed,
/// named parameters would be too slow. Values are bound in the order of the statement's <c>?</c>.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly int _parameters;
    private int _bound;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("the connection is not open");
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _parameters = raw.sqlite3_bind_parameter_count(_statement);
    }

    public Statement With(long value) => CheckBound(raw.sqlite3_bind_int64(_statement, ++_bound, value));

    public Statement With(long? value) =>
        value is { } number ? With(number) : CheckBound(raw.sqlite3_bind_null(_statement, ++_bound));

    public Statement With(double value) => CheckBound(raw.sqlite3_bind_double(_statement, ++_bound, value));

    public Statement With(double? value) =>
        value is { } number ? With(number) : CheckBound(raw.sqlite3_bind_null(_statement, ++_bound));

    public Statement With(string? value) =>
        CheckBound(value is null ? raw.sqlite3_bind_null(_statement, ++_bound)
            : raw.sqlite3_bind_text(_statement, ++_bound, value));

    /// <summary>Binds a text in UTF-8.</summary>
    public Statement With(byte[] text) => CheckBound(raw.sqlite3_bind_text(_statement, ++_bound, text));

    /// <summary>Runs a statement that returns no rows; returns the number of changed rows.</summary>
    public int Run()
    {
        Step();
        raw.sqlite3_reset(_statement);
        return raw.sqlite3_changes(_database);
    }

    /// <summary>
    /// Runs a statement that returns at most one row. Returns true when it returned a row, with the value that
    /// <paramref name="read"/> made of the row.
    /// </summary>
    public bool TryRead<T>(Func<Statement, T> read, [MaybeNullWhen(false)] out T row)
    {
        try
        {
            var isFound = Step();
            row = isFound ? read(this) : default;
            return isFound;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>Reads an integer of the current row; NULL reads as 0.</summary>
    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>Reads a text of the current row; null for NULL.</summary>
    public string? Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>True when a value of the current row is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        // SQLite would silently reuse the value of the last run for a parameter that is not bound.
        if (_bound != _parameters)
            throw new InvalidOperationException($"{_bound} values were bound for {_parameters} parameters");
        _bound = 0;
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE) return result == raw.SQLITE_ROW;

        var error = new SqliteException(raw.sqlite3_errmsg(_database).utf8_to_string(), result,
            raw.sqlite3_extended_errcode(_database));
        raw.sqlite3_reset(_statement);
        throw error;
    }

    private Statement CheckBound(int result)
    {
        if (result != raw.SQLITE_OK) _bound = 0;
        Check(result);
        return this;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
