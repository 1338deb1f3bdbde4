using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Tests.Unit.Ledger;

/// <summary>A folder of its own for a test's ledger, gone with the test.</summary>
internal sealed class LedgerFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sbnn-ledger-");

    public string Ledger => In("ledger.db");

    public FixedClock Clock { get; } = new();

    public string In(string name) => Path.Combine(_folder.FullName, name);

    public Task<SweepLedger> OpenAsync(ILogger? logger = null, TimeSpan? patience = null) =>
        SweepLedger.OpenAsync(Ledger, Clock, logger, patience);

    /// <summary>A connection as another program would have: none of ours.</summary>
    public SqliteConnection OpenAsStranger(string? file = null)
    {
        var connection = new SqliteConnection($"Data Source={file ?? Ledger};Pooling=False;Foreign Keys=True");
        connection.Open();
        return connection;
    }

    /// <summary>The one value that a query gives, as text.</summary>
    public string? Ask(string sql)
    {
        using var connection = OpenAsStranger();
        return Convert.ToString(connection.ExecuteScalar(sql), CultureInfo.InvariantCulture);
    }

    /// <summary>A trial's epochs as they are stored.</summary>
    public IReadOnlyList<EpochRecord> ReadEpochs(TrialKey trial)
    {
        using var connection = OpenAsStranger();
        return EpochQueries.Read(connection, trial);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A clock whose time of day stands still. Time spans are real, so that what waits goes on.</summary>
internal sealed class FixedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
