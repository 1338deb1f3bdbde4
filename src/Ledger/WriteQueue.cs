using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// Group commit: the writes that wait are put into one transaction, each in a savepoint of its own, and are completed only after the
/// commit. A write that throws undoes itself and fails alone; a commit that fails fails them all, and none of them happened.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable
{
    private const int LargestGroup = 1000;
    private const int Busy = 5;
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(200);

    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly Channel<IWrite> _waiting = Channel.CreateUnbounded<IWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _loop;

    public WriteQueue(SqliteConnection connection, TimeProvider time)
    {
        (_connection, _time) = (connection, time);
        _loop = Task.Run(LoopAsync);
    }

    private interface IWrite
    {
        void Run();

        void Complete();

        void Fail(Exception error);
    }

    /// <summary>Queues a write; the task completes when it is durable.</summary>
    public Task<T> EnqueueAsync<T>(Func<T> write)
    {
        var pending = new Write<T>(write);
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(pending), this);
        return pending.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        await _connection.DisposeAsync();
    }

    private async Task LoopAsync()
    {
        var group = new List<IWrite>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < LargestGroup && _waiting.Reader.TryRead(out var write)) group.Add(write);
            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(List<IWrite> group)
    {
        try
        {
            await BeginAsync();
            var applied = group.Where(TryApply).ToList();
            _connection.Execute("COMMIT");
            applied.ForEach(static write => write.Complete());
        }
        catch (Exception error)
        {
            if (error is SqliteException sqlite)
                error = new LedgerUnavailableException($"the ledger could not be written: {SweepLedger.Explain(sqlite)}", error);
            RollBack();
            group.ForEach(write => write.Fail(error));
        }
    }

    // Another process (a backup, a shell) may hold the lock for a while: the connection's own timeout of 5 s is tried a few times.
    private async Task BeginAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                _connection.Execute("BEGIN IMMEDIATE");
                return;
            }
            catch (SqliteException error) when (error.SqliteErrorCode == Busy && tries < 3)
            {
                await Task.Delay(BusyPause, _time);
            }
        }
    }

    private bool TryApply(IWrite write)
    {
        _connection.Execute("SAVEPOINT one_write");
        try
        {
            write.Run();
            _connection.Execute("RELEASE one_write");
            return true;
        }
        catch (Exception error) when (error is not SqliteException { SqliteErrorCode: 10 or 13 }) // I/O error, disk full: all of it fails.
        {
            _connection.Execute("ROLLBACK TO one_write; RELEASE one_write");
            write.Fail(error);
            return false;
        }
    }

    private void RollBack()
    {
        // SQLite rolls back by itself after some errors (a full disk): then there is no transaction left to end.
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (SqliteException error) when (error.SqliteErrorCode == 1)
        {
            return;
        }
    }

    private sealed class Write<T>(Func<T> write) : IWrite
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Done => _done.Task;

        public void Run() => _result = write();

        public void Complete() => _done.TrySetResult(_result);

        public void Fail(Exception error) => _done.TrySetException(error);
    }
}
