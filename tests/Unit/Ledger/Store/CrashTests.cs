using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using SQLitePCL;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

/// <summary>
/// Tests kills at any moment. A killed process leaves its files as they are at that moment, so the tests copy the files
/// before every statement that the ledger executes. Each copy must be a sound ledger, and the same calls on the copy
/// must lead to the same final content.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly List<string> _moments = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ledger_ReachesTheSameContent_AfterAKillBetweenAnyTwoStatements()
    {
        await using (var ledger = await _folder.OpenAsync())
        {
            CopyBeforeEachStatement(ledger.Connection);
            await ApplyChangesAsync(ledger);
        }

        var end = ContentsOf(_folder.Ledger);
        Assert.True(_moments.Count > 100, $"only {_moments.Count} statements were executed");
        foreach (var moment in _moments)
        {
            await using (var ledger = await SweepLedger.OpenAsync(moment, _folder.Clock))
            {
                // Without flushes the test is faster, and the copy need not survive a power failure.
                ledger.Connection.Execute("PRAGMA synchronous = OFF");
                Assert.Empty(await ledger.Reader.AuditAsync());
                await ApplyChangesAsync(ledger);
                Assert.Empty(await ledger.Reader.AuditAsync());
            }

            Assert.Equal(end, ContentsOf(moment));
        }
    }

    [Fact]
    public async Task Upgrade_Completes_AfterAKillBetweenAnyTwoStatements()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Ledger", "ledgers", "version-1.db"), _folder.Ledger);
        using (var connection = _folder.OpenOtherConnection())
        {
            connection.Execute("PRAGMA journal_mode = WAL");
            CopyBeforeEachStatement(connection);
            Migrations.Apply(connection, _folder.Ledger);
        }

        var end = ContentsOf(_folder.Ledger);
        Assert.True(_moments.Count > 20, $"only {_moments.Count} statements were executed");
        foreach (var moment in _moments)
        {
            await using (var ledger = await SweepLedger.OpenAsync(moment, _folder.Clock)) Assert.Empty(
                await ledger.Reader.AuditAsync());
            Assert.Equal(end, ContentsOf(moment));
        }
    }

    // Makes every kind of change. The calls can be repeated from the beginning, because changes that were already made
    // have no effect.
    private static async Task ApplyChangesAsync(SweepLedger ledger)
    {
        var (writer, one, two) = (ledger.Writer, Sample.Trial(1), Sample.Trial(2));
        await writer.RecordRevisionAsync(Sample.Submission("sweep", one, two));
        await writer.StartAttemptAsync(new(one.Key, 1), new("node"), 0);
        await writer.RecordEventsAsync(new(one.Key, 1),
            [Sample.Checked(1, isExact: true), Sample.Started(2), Sample.Trained(3, 1), Sample.Saved(4, 1),
                Sample.Trained(5, 2)]);
        await writer.EndAttemptAsync(new(one.Key, 1), Sample.Conclusion(AttemptEnding.Killed, counts: false));
        await writer.StartAttemptAsync(new(one.Key, 2), new("node"), 0);
        await writer.RecordEventsAsync(
            new(one.Key, 2), [Sample.Started(1, resumedAt: 1), Sample.Trained(2, 2), Sample.Trained(3, 3)]);
        await writer.CommitResultAsync(new(one.Key, 2), Sample.Result(one, 1, 2, 3));
        await writer.StartAttemptAsync(new(two.Key, 1), new("node"), 1);
        await writer.EndAttemptAsync(new(two.Key, 1), Sample.Conclusion(AttemptEnding.Crashed, TrialState.Failed));
        await writer.RetryFailedAsync("sweep");
        await writer.SetPriorityAsync("sweep", 7);
        await writer.SetDesiredStateAsync("sweep", DesiredState.Cancelled);
        await writer.SetDesiredStateAsync("sweep", DesiredState.Active);
    }

    private void CopyBeforeEachStatement(SqliteConnection connection) =>
        raw.sqlite3_trace(connection.Handle, CopyFiles, null);

    // Copies the ledger and its write-ahead log. The index of the log (-shm) is not copied, because it exists only for
    // the processes that have the ledger open.
    private void CopyFiles(object user, string statement)
    {
        var copy = _folder.In($"moment-{_moments.Count}.db");
        foreach (var part in (string[])["", "-wal"])
        {
            if (File.Exists(_folder.Ledger + part)) File.Copy(_folder.Ledger + part, copy + part);
        }

        _moments.Add(copy);
    }

    private static string ContentsOf(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        var text = new StringBuilder();
        foreach (var table in connection.Query<string>(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name").ToList())
        {
            var rows = connection.Query($"SELECT * FROM \"{table}\"")
                .Select(static row => string.Join('|', ((IDictionary<string, object?>)row).Values));
            text.Append(table).Append('\n').AppendJoin('\n', rows.Order(StringComparer.Ordinal)).Append('\n');
        }

        return text.ToString();
    }
}
