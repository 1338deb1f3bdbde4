using System.Collections.Concurrent;
using System.Data;
using Dapper;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

public sealed class ReadConnectionsTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Every read that a ledger's reader offers.</summary>
    public static TheoryData<string, Func<LedgerReader, Task>> Reads => new()
    {
        { "open", static ledger => ledger.ReadOpenAsync() },
        { "trial", static ledger => ledger.FindTrialAsync(new TrialKey(new string('0', 64))) },
        { "trials", static ledger => ledger.ReadTrialsAsync() },
        { "sweeps", static ledger => ledger.ReadSweepsAsync() },
        { "page", static ledger => ledger.FindPageAsync("sweep", new PageRequest(0, 10)) },
        { "specs", static ledger => ledger.ReadSpecsAsync("sweep", 1) },
        { "progress", static ledger => ledger.FindProgressAsync("sweep") },
        { "sweep", static ledger => ledger.FindSweepAsync("sweep") },
        { "changes", static ledger => ledger.FindChangesAsync("sweep", since: null) },
        { "outcome", static ledger => ledger.FindOutcomeAsync("sweep") },
        { "finished", static ledger => ledger.IsFinishedAsync(Sample.Submission("sweep", Sample.Trial())) },
        { "artifacts", static ledger => ledger.ReadArtifactsAsync() },
        { "latest results", static ledger => ledger.ReadLatestResultsAsync(1) },
        { "watch", static ledger => ledger.Watch().HasChangedAsync() },
        { "counts", static ledger => Task.FromResult(ledger.CountTrials()) },
    };

    [Fact]
    public async Task Read_RunsOnAnotherThread()
    {
        await using var ledger = await _folder.OpenAsync();
        using var connections = new ReadConnections(_folder.Ledger);
        using var mayEnd = new ManualResetEventSlim();

        var read = connections.ReadAsync(_ =>
        {
            mayEnd.Wait(TestContext.Current.CancellationToken);
            return 1;
        });

        Assert.False(read.IsCompleted); // The call has returned although the read is not finished.
        mayEnd.Set();
        Assert.Equal(1, await read);
    }

    [Fact]
    public async Task Read_LeavesTheCallersSchedulerFree_AndResumesThere()
    {
        await using var ledger = await _folder.OpenAsync();
        using var connections = new ReadConnections(_folder.Ledger);

        // This scheduler runs one task at a time, as the scheduler of an Orleans grain does.
        var turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        using var mayEnd = new ManualResetEventSlim();

        var reading = OnTurn(async () =>
        {
            var reader = await connections.ReadAsync(_ =>
            {
                // The read ends only when another task on the same scheduler allows it, so the read must not block the
                // scheduler.
                Assert.True(mayEnd.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
                return TaskScheduler.Current;
            });
            return (Reader: reader, Resumed: TaskScheduler.Current);
        });
        await OnTurn(() =>
        {
            mayEnd.Set();
            return Task.FromResult(true);
        });
        var seen = await reading;

        Assert.NotSame(turns, seen.Reader);
        Assert.Same(turns, seen.Resumed);

        Task<T> OnTurn<T>(Func<Task<T>> turn) =>
            Task.Factory.StartNew(turn, TestContext.Current.CancellationToken, TaskCreationOptions.None, turns)
                .Unwrap();
    }

    [Fact]
    public async Task Read_SeesOneSnapshot_DuringCommits()
    {
        await using var ledger = await _folder.OpenAsync();
        using var connections = new ReadConnections(_folder.Ledger);
        var committed = new BlockingCollection<bool>();
        var hasRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var read = connections.ReadAsync(connection =>
        {
            var before = connection.Database.QuerySingle<int>("SELECT count(*) FROM sweeps");
            hasRead.SetResult();
            committed.Take(TestContext.Current.CancellationToken);
            return (before, connection.Database.QuerySingle<int>("SELECT count(*) FROM sweeps"));
        });
        await hasRead.Task;
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("meanwhile", Sample.Trial()));
        committed.Add(true, TestContext.Current.CancellationToken);

        Assert.Equal((0, 0), await read);
        Assert.Single(await ledger.Reader.ReadSweepsAsync());
    }

    [Fact]
    public async Task Dispose_ClosesTheConnectionOfARunningRead_WhenItEnds()
    {
        await using var ledger = await _folder.OpenAsync();
        var connections = new ReadConnections(_folder.Ledger);
        var hasBegun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var mayEnd = new ManualResetEventSlim();
        var read = connections.ReadAsync(connection =>
        {
            hasBegun.SetResult();
            mayEnd.Wait(TestContext.Current.CancellationToken);
            return connection.Database;
        });
        await hasBegun.Task;

        connections.Dispose();
        mayEnd.Set();

        Assert.Equal(ConnectionState.Closed, (await read).State);
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task EachRead_ThrowsLedgerUnavailable_WhenTheFileIsDamaged(
        string name, Func<LedgerReader, Task> read)
    {
        await using (var ledger = await _folder.OpenAsync()) await ledger.Writer.RecordRevisionAsync(
            Sample.Submission("sweep", Sample.Trial()));
        using var reader = LedgerReader.Open(_folder.Ledger);
        await using (var file = File.OpenWrite(_folder.Ledger)) file.Write(new byte[100]);

        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(() => read(reader));

        Assert.True(error.Message.StartsWith(_folder.Ledger, StringComparison.Ordinal), $"{name}: {error.Message}");
        Assert.False(error.IsTransient);
    }
}
