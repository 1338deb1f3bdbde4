using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

public sealed class OpeningTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_CreatesADurableStrictLedger_OfTheLatestVersion()
    {
        await using (await _folder.OpenAsync())
        {
        }

        Assert.Equal("wal", _folder.Query("PRAGMA journal_mode"));
        Assert.Equal("13", _folder.Query("PRAGMA user_version"));
        const string Tables =
            "attempts epochs hook_calls layer_counts preflights results revision_trials revisions shapes sweeps trials";
        Assert.Equal(Tables, _folder.Query(
            "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE "
                + "'%STRICT%' ORDER BY name)"));
    }

    [Fact]
    public async Task Open_KeepsTheContent_WhenReopened()
    {
        await using (var first = await _folder.OpenAsync())
            await first.Writer.RecordRevisionAsync(Sample.Submission("kept", Sample.Trial()));

        await using var second = await _folder.OpenAsync();
        Assert.Equal("kept", Assert.Single(await second.Reader.ReadSweepsAsync()).Name);
    }

    [Fact]
    public async Task Open_RecoversCommits_FromTheLogAfterACrash()
    {
        await using var living = await _folder.OpenAsync();
        await living.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial()));
        await living.Writer.StartAttemptAsync(new(Sample.Trial().Key, 1), new("node"), 0);

        // Copies the files while the ledger is open, because a crash would leave the same files.
        Directory.CreateDirectory(_folder.In("crashed"));
        File.Copy(_folder.Ledger, _folder.In("crashed/ledger.db"));
        File.Copy(_folder.Ledger + "-wal", _folder.In("crashed/ledger.db-wal"));
        Assert.True(new FileInfo(_folder.In("crashed/ledger.db-wal")).Length > 0);

        await using var reopened = await SweepLedger.OpenAsync(_folder.In("crashed/ledger.db"), _folder.Clock);
        Assert.Equal(TrialState.Running, (await reopened.Reader.FindTrialAsync(Sample.Trial().Key))!.State);
    }

    [Fact]
    public async Task Open_DropsAnIncompleteCommit_AndKeepsEarlierOnes()
    {
        await using var living = await _folder.OpenAsync();
        await living.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial()));
        var wholeLength = new FileInfo(_folder.Ledger + "-wal").Length;
        await living.Writer.RecordRevisionAsync(Sample.Submission("second", Sample.Trial(2)));

        Directory.CreateDirectory(_folder.In("crashed"));
        File.Copy(_folder.Ledger, _folder.In("crashed/ledger.db"));
        var wal = await File.ReadAllBytesAsync(_folder.Ledger + "-wal", TestContext.Current.CancellationToken);
        Assert.True(wal.Length > wholeLength);
        await File.WriteAllBytesAsync(_folder.In("crashed/ledger.db-wal"), wal[..^100],
            TestContext.Current.CancellationToken);

        await using var reopened = await SweepLedger.OpenAsync(_folder.In("crashed/ledger.db"), _folder.Clock);
        Assert.Equal("first", Assert.Single(await reopened.Reader.ReadSweepsAsync()).Name);
    }

    [Fact]
    public async Task Open_RejectsANewerVersion_AndLeavesItUnchanged()
    {
        await using (await _folder.OpenAsync())
        {
        }

        _folder.Query("PRAGMA user_version = 999");

        var refused = await Assert.ThrowsAsync<BadInputException>(() => _folder.OpenAsync());
        Assert.Contains("version 999, from a newer sbnn", refused.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Ledger, refused.Message, StringComparison.Ordinal);
        Assert.Contains("version 999",
            Assert.Throws<BadInputException>(() => LedgerReader.Open(_folder.Ledger)).Message,
            StringComparison.Ordinal);
        Assert.Equal("999", _folder.Query("PRAGMA user_version"));
    }

    [Fact]
    public async Task Open_RejectsAnotherDatabase_AndLeavesItUnchanged()
    {
        _folder.Query("CREATE TABLE theirs (a INTEGER)");

        var refused = await Assert.ThrowsAsync<BadInputException>(() => _folder.OpenAsync());

        Assert.Contains("not a ledger, but another SQLite database", refused.Message, StringComparison.Ordinal);
        Assert.Equal("theirs", _folder.Query("SELECT group_concat(name) FROM sqlite_schema"));
    }

    [Fact]
    public async Task Open_NamesTheFile_WhenItIsNotADatabase()
    {
        await File.WriteAllTextAsync(_folder.Ledger, new string('x', 5000), TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(() => _folder.OpenAsync());

        Assert.False(refused.IsTransient);
        Assert.Contains($"{_folder.Ledger}: the ledger cannot be opened: the file is not a SQLite database",
            refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NamesTheProblem_WhenTheFolderOrTheFileIsMissing()
    {
        var refused = await Assert.ThrowsAsync<BadInputException>(() =>
            SweepLedger.OpenAsync(_folder.In("missing/ledger.db"), _folder.Clock));

        Assert.Contains("check that its folder exists", refused.Message, StringComparison.Ordinal);
        Assert.Contains("the ledger does not exist",
            Assert.Throws<BadInputException>(() => LedgerReader.Open(_folder.In("none.db"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reader_ReadsDuringWrites_AndCannotWrite()
    {
        await using var ledger = await _folder.OpenAsync();
        using var reader = LedgerReader.Open(_folder.Ledger);

        await ledger.Writer.RecordRevisionAsync(Sample.Submission("seen", Sample.Trial()));

        Assert.Equal("seen", Assert.Single(await reader.ReadSweepsAsync()).Name);
        using var readOnly = new SqliteConnection($"Data Source={_folder.Ledger};Mode=ReadOnly;Pooling=False");
        readOnly.Open();
        Assert.Equal(8, Assert.Throws<SqliteException>(() => readOnly.Execute("DELETE FROM sweeps")).SqliteErrorCode);
    }
}
