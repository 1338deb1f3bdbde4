using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Tests.Unit.Ledger;

/// <summary>A temporary folder for a test's ledger.</summary>
internal sealed class LedgerFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sbnn-ledger-");

    public string Ledger => In("ledger.db");

    public FixedClock Clock { get; } = new();

    public string In(string name) => Path.Combine(_folder.FullName, name);

    public Task<SweepLedger> OpenAsync(ILogger? logger = null, TimeSpan? lockTimeout = null) =>
        SweepLedger.OpenAsync(Ledger, Clock, logger, lockTimeout);

    /// <summary>Opens a connection to the ledger, or to another file, as another program would.</summary>
    public SqliteConnection OpenOtherConnection(string? file = null)
    {
        var connection = new SqliteConnection($"Data Source={file ?? Ledger};Pooling=False;Foreign Keys=True");
        connection.Open();
        return connection;
    }

    /// <summary>Runs a query for one value, and returns the value as text.</summary>
    public string? Query(string sql)
    {
        using var connection = OpenOtherConnection();
        return Convert.ToString(connection.ExecuteScalar(sql), CultureInfo.InvariantCulture);
    }

    /// <summary>Reads the stored epochs of a trial.</summary>
    public IReadOnlyList<EpochRecord> ReadEpochs(TrialKey trial)
    {
        using var connection = OpenOtherConnection();
        return EpochQueries.Read(connection, trial);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A clock whose time of day a test sets. Its timers and elapsed times are real, so that waits end.</summary>
internal sealed class FixedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
