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
    public async Task A_new_ledger_is_durable_strict_and_of_the_latest_version()
    {
        await using (await _folder.OpenAsync())
        {
        }

        Assert.Equal("wal", _folder.Ask("PRAGMA journal_mode"));
        Assert.Equal("11", _folder.Ask("PRAGMA user_version"));
        const string Tables =
            "attempts epochs layer_counts preflights results revision_trials revisions shapes sweeps trials";
        Assert.Equal(Tables, _folder.Ask(
            "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE "
                + "'%STRICT%' ORDER BY name)"));
    }

    [Fact]
    public async Task What_was_recorded_is_there_after_reopening_and_nothing_is_migrated_twice()
    {
        await using (var first = await _folder.OpenAsync())
            await first.Writer.RecordRevisionAsync(Sample.Submission("kept", Sample.Trial()));

        await using var second = await _folder.OpenAsync();
        Assert.Equal("kept", Assert.Single(await second.Reader.ReadSweepsAsync()).Name);
    }

    [Fact]
    public async Task What_was_recorded_survives_an_end_without_a_checkpoint()
    {
        await using var living = await _folder.OpenAsync();
        await living.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial()));
        await living.Writer.StartAttemptAsync(new(Sample.Trial().Key, 1), new("node"), 0);

        // The files as they lie on the disk while the process lives: what a crash leaves.
        Directory.CreateDirectory(_folder.In("crashed"));
        File.Copy(_folder.Ledger, _folder.In("crashed/ledger.db"));
        File.Copy(_folder.Ledger + "-wal", _folder.In("crashed/ledger.db-wal"));
        Assert.True(new FileInfo(_folder.In("crashed/ledger.db-wal")).Length > 0);

        await using var reopened = await SweepLedger.OpenAsync(_folder.In("crashed/ledger.db"), _folder.Clock);
        Assert.Equal(TrialState.Running, (await reopened.Reader.FindTrialAsync(Sample.Trial().Key))!.State);
    }

    [Fact]
    public async Task A_commit_that_a_crash_tore_is_gone_whole_and_the_ones_before_it_are_kept()
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
    public async Task A_ledger_of_a_newer_version_is_refused_by_writer_and_reader_and_left_alone()
    {
        await using (await _folder.OpenAsync())
        {
        }

        _folder.Ask("PRAGMA user_version = 999");

        var refused = await Assert.ThrowsAsync<BadInputException>(() => _folder.OpenAsync());
        Assert.Contains("version 999, from a newer sbnn", refused.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Ledger, refused.Message, StringComparison.Ordinal);
        Assert.Contains("version 999",
            Assert.Throws<BadInputException>(() => LedgerReader.Open(_folder.Ledger)).Message,
            StringComparison.Ordinal);
        Assert.Equal("999", _folder.Ask("PRAGMA user_version"));
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_left_alone()
    {
        _folder.Ask("CREATE TABLE theirs (a INTEGER)");

        var refused = await Assert.ThrowsAsync<BadInputException>(() => _folder.OpenAsync());

        Assert.Contains("not a ledger of sbnn", refused.Message, StringComparison.Ordinal);
        Assert.Equal("theirs", _folder.Ask("SELECT group_concat(name) FROM sqlite_schema"));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_by_name()
    {
        await File.WriteAllTextAsync(_folder.Ledger, new string('x', 5000), TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(() => _folder.OpenAsync());

        Assert.False(refused.IsPassing);
        Assert.Contains($"{_folder.Ledger}: the ledger cannot be opened: the file is not a SQLite database",
            refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_so()
    {
        var refused = await Assert.ThrowsAsync<BadInputException>(() =>
            SweepLedger.OpenAsync(_folder.In("missing/ledger.db"), _folder.Clock));

        Assert.Contains("is its folder there", refused.Message, StringComparison.Ordinal);
        Assert.Contains("there is no ledger here",
            Assert.Throws<BadInputException>(() => LedgerReader.Open(_folder.In("none.db"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_reads_beside_the_writer_and_cannot_write()
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
