using System.Data;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Registers how Dapper converts columns: keys from text, specs from JSON, times from milliseconds since 1970,
/// durations from seconds. (Dapper itself converts states and outcomes, because each is the name of an enum member.)
/// </summary>
internal static class ColumnTypes
{
    /// <summary>Registers the types for the whole process. Must be called before the first query.</summary>
    public static void Register()
    {
        SqlMapper.AddTypeHandler(new Column<TrialKey>(static text => new TrialKey((string)text)));
        SqlMapper.AddTypeHandler(new Column<NodeName>(static text => new NodeName((string)text)));
        SqlMapper.AddTypeHandler(
            new Column<TimeSpan>(static seconds =>
                SecondsJsonConverter.Of(Convert.ToDouble(seconds, CultureInfo.InvariantCulture))));
        SqlMapper.AddTypeHandler(new Column<TrialSpec>(FromJson<TrialSpec>));
        SqlMapper.AddTypeHandler(new Column<RunSpec>(FromJson<RunSpec>));
        SqlMapper.AddTypeHandler(new Column<IReadOnlyList<string>>(FromJson<IReadOnlyList<string>>));
        SqlMapper.AddTypeHandler(
            new Column<DateTimeOffset>(static since => DateTimeOffset.FromUnixTimeMilliseconds((long)since)));
    }

    public static T FromJson<T>(object text) => JsonSerializer.Deserialize<T>((string)text, SbnnJson.Options)!;

    private sealed class Column<T>(Func<object, T> read) : SqlMapper.TypeHandler<T>
    {
        public override T Parse(object value) => read(value);

        public override void SetValue(IDbDataParameter parameter, T? value) =>
            throw new NotSupportedException(
                $"{typeof(T).Name} cannot be a query parameter; pass its stored form (text or number) instead");
    }
}
