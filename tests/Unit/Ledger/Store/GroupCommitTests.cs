using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

public sealed class GroupCommitTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_FailsAlone_WhenItThrowsInAGroupOfWrites()
    {
        var trials = Enumerable.Range(1, 64).Select(Sample.Trial).ToArray();
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("many", trials));
        foreach (var trial in trials) await ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("node"), 0);

        // The writes are queued while another connection holds the ledger's lock, so that they share one transaction
        // afterwards.
        using var stranger = _folder.OpenOtherConnection();
        stranger.Execute("BEGIN IMMEDIATE");
        var writes = trials.Select(trial => ledger.Writer.RecordEventsAsync(new(
            trial.Key, 1), [Sample.Started(1), trial.Spec.Seed == 33 ? InvalidEpoch(2) : Sample.Trained(2, 1)]))
                .ToList();
        stranger.Execute("COMMIT");

        var error = await Assert.ThrowsAsync<SqliteException>(() => writes[32]);
        Assert.Contains("NOT NULL constraint failed: epochs.train_loss", error.Message, StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(writes.Where(static (_, i) => i != 32)), Assert.True);
        Assert.Equal("63", _folder.Query("SELECT count(*) FROM epochs"));
        // The failed write had two events. The first, valid event was rolled back together with the second one.
        Assert.Equal("63", _folder.Query("SELECT count(device_class) FROM attempts"));
        Assert.Equal(0, (await ledger.Reader.FindTrialAsync(trials[32].Key))!.LastSequence);
    }

    [Fact]
    public async Task Writes_AreAllCommitted_WhenManyWritersAreConcurrent()
    {
        var trials = Enumerable.Range(1, 8).Select(Sample.Trial).ToArray();
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("busy", trials));

        await Task.WhenAll(trials.Select(trial => Task.Run(async () =>
        {
            await ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("node"), trial.Spec.Seed);
            for (var epoch = 1; epoch <= 50; epoch++)
                Assert.True(await ledger.Writer.RecordEventsAsync(new(trial.Key, 1), [Sample.Trained(epoch, epoch)]));
        })));

        Assert.Equal("400", _folder.Query("SELECT count(*) FROM epochs"));
        Assert.Equal("50", _folder.Query("SELECT min(last_sequence) FROM attempts"));
    }

    [Fact]
    public async Task CompletedWrite_IsVisibleToReadersImmediately()
    {
        await using var ledger = await _folder.OpenAsync();
        for (var seed = 1; seed <= 20; seed++)
        {
            await ledger.Writer.RecordRevisionAsync(Sample.Submission("seen", Sample.Trial(seed)));
            Assert.Equal(seed, Assert.Single(await ledger.Reader.ReadSweepsAsync()).Revision);
        }
    }

    [Fact]
    public async Task Write_WaitsAndLogs_WhileAnotherProcessHoldsTheLock()
    {
        var log = new FakeLogger();
        await using var ledger = await _folder.OpenAsync(log);
        using var stranger = _folder.OpenOtherConnection();
        stranger.Execute("BEGIN IMMEDIATE");

        var write = ledger.Writer.RecordRevisionAsync(Sample.Submission("waiting", Sample.Trial()));
        await Eventually.UntilAsync(() => log.Collector.Count > 0, "a warning in the log");
        Assert.False(write.IsCompleted);
        stranger.Execute("ROLLBACK");

        Assert.Equal(1, (await write).Revision);
        var warning = log.Collector.GetSnapshot()[0];
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains("another process holds the ledger's write lock", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_FailsAfterTheLockTimeout_AndTheNextOneSucceeds()
    {
        await using var ledger = await _folder.OpenAsync(lockTimeout: TimeSpan.FromMilliseconds(100));
        using var stranger = _folder.OpenOtherConnection();
        stranger.Execute("BEGIN IMMEDIATE");

        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(
            () => ledger.Writer.RecordRevisionAsync(Sample.Submission("late", Sample.Trial())));
        stranger.Execute("ROLLBACK");

        Assert.Equal($"{_folder.Ledger}: {LedgerUnavailableException.Locked}", error.Message);
        Assert.Empty(await ledger.Reader.ReadSweepsAsync());
        Assert.Equal(1, (await ledger.Writer.RecordRevisionAsync(Sample.Submission("late", Sample.Trial()))).Revision);
    }

    [Fact]
    public async Task Open_Fails_WhenTheLedgerStaysLocked()
    {
        await using (await _folder.OpenAsync())
        {
        }

        using var stranger = _folder.OpenOtherConnection();
        // The version is set back, so that the opening runs a migration, which requires the write lock.
        stranger.Execute("PRAGMA user_version = 8; CREATE TABLE nodes (name TEXT);");
        stranger.Execute("BEGIN IMMEDIATE");

        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
            _folder.OpenAsync(lockTimeout: TimeSpan.FromMilliseconds(1)));
        Assert.Contains(LedgerUnavailableException.Locked, error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task FullDisk_FailsTheTransaction_AndKeepsEarlierCommits()
    {
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("small", Sample.Trial()));
        var pages = int.Parse(_folder.Query("PRAGMA page_count")!, System.Globalization.CultureInfo.InvariantCulture);
        await ledger.Writer.WriteAsync(() => Limit(ledger, pages + 3));

        var large = Sample.Submission("large", [.. Enumerable.Range(2, 500).Select(Sample.Trial)]);
        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
            ledger.Writer.RecordRevisionAsync(large));
        Assert.Equal($"{_folder.Ledger}: the disk is full", error.Message);
        Assert.Equal("small", Assert.Single(await ledger.Reader.ReadSweepsAsync()).Name);

        await ledger.Writer.WriteAsync(() => Limit(ledger, 1_000_000));
        Assert.Equal(500, (await ledger.Writer.RecordRevisionAsync(large)).NewTrials);
    }

    [Fact]
    public async Task Dispose_WaitsForQueuedWrites_AndRejectsNewOnes()
    {
        var ledger = await _folder.OpenAsync();
        var writes = Enumerable.Range(1, 100)
            .Select(i => ledger.Writer.RecordRevisionAsync(Sample.Submission($"sweep-{i}", Sample.Trial()))).ToList();

        await ledger.DisposeAsync();

        Assert.All(writes, static write => Assert.True(write.IsCompletedSuccessfully));
        Assert.Equal("100", _folder.Query("SELECT count(*) FROM sweeps"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            ledger.Writer.RecordRevisionAsync(Sample.Submission("late", Sample.Trial())));
    }

    // Sets the maximum number of SQLite's pages, which simulates a full disk.
    private static int Limit(SweepLedger ledger, int pages) =>
        ledger.Connection.ExecuteScalar<int>($"PRAGMA max_page_count = {pages}");

    private static EpochCompleted InvalidEpoch(long sequence) =>
        Sample.Trained(sequence, 1) with { Epoch = Sample.Epoch(1, 0) with { TrainLoss = double.NaN } };
}
