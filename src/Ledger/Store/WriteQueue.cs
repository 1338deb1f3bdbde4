using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Polly;
using Sbnn.Sweeps.Core.Retries;
using SQLitePCL;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Group commit: the writes that wait are put into one transaction, each in a savepoint of its own, and are completed
/// only after the commit. A write that throws undoes itself and fails alone; a commit that fails fails them all, and
/// none of them happened.
/// </summary>
internal sealed partial class WriteQueue : IAsyncDisposable
{
    // Bounds what one write waits for; a larger group gains nothing, the cost of the disk's flush being spread already.
    private const int LargestGroup = 1000;
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(50);

    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly ILogger _logger;
    private readonly LedgerFile _file;
    private readonly Statement _save;
    private readonly Statement _release;
    private readonly Channel<IWrite> _waiting =
        Channel.CreateUnbounded<IWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ResiliencePipeline<int> _beginning;
    private readonly Task _loop;
    private long _beganAt;
    private bool _isLockTold;
    private volatile bool _isGivenUp;

    /// <summary>
    /// Writes through a connection that nobody else uses; a lock that another process holds is waited for with
    /// patience.
    /// </summary>
    public WriteQueue(SqliteConnection connection, TimeProvider time, TimeSpan patience, ILogger logger)
    {
        (_connection, _time, _patience, _logger) = (connection, time, patience, logger);
        _file = new LedgerFile(connection.DataSource);
        _save = new Statement(connection, "SAVEPOINT one_write");
        _release = new Statement(connection, "RELEASE one_write");
        _beginning = Beginning();
        _loop = Task.Run(LoopAsync);
    }

    private interface IWrite
    {
        void Run();

        void Complete();

        void Fail(Exception error);
    }

    private sqlite3 Database => _connection.Handle!;

    // True between BEGIN and COMMIT. Some errors (a full disk) make SQLite roll back by itself.
    private bool IsInTransaction => raw.sqlite3_get_autocommit(Database) == 0;

    /// <summary>Queues a write; the task completes when it is durable.</summary>
    public Task<T> EnqueueAsync<T>(Func<T> write)
    {
        var pending = new Write<T>(write);
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(pending), typeof(WriteQueue));
        return pending.Done;
    }

    /// <summary>
    /// Why nothing can be written any more: a commit found the ledger's file gone. Null while it is there.
    /// </summary>
    public LedgerUnavailableException? Loss => _file.Loss;

    /// <summary>As <see cref="Loss"/>, looked for now.</summary>
    public LedgerUnavailableException? FindLoss() => _file.FindLoss();

    /// <summary>From now on a lock that another process holds fails a write at once.</summary>
    public void StopWaitingForLocks() => _isGivenUp = true;

    /// <summary>Takes no more writes, and waits for those that are queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        _save.Dispose();
        _release.Dispose();
    }

    private async Task LoopAsync()
    {
        var group = new List<IWrite>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            // Behind those that the last commit let go on: one flush then serves all that they write next.
            await Task.Yield();
            group.Clear();
            while (group.Count < LargestGroup && _waiting.Reader.TryRead(out var write)) group.Add(write);
            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(List<IWrite> group)
    {
        var began = _time.GetTimestamp();
        try
        {
            if (_file.Loss is { } loss) throw loss;
            await BeginAsync();
            var applied = group.FindAll(TryApply);
            Execute("COMMIT");
            DemandFile(); // Asked after the commit: what is completed was in the file that the path leads to.
            LedgerInstruments.Committed(applied.Count, _time.GetElapsedTime(began));
            applied.ForEach(static write => write.Complete());
        }
        catch (Exception error)
        {
            if (IsInTransaction) raw.sqlite3_exec(Database, "ROLLBACK");
            var reason = LedgerUnavailableException.Of(error, _connection.DataSource);
            LogNotWritten(group.Count, reason.Message);
            group.ForEach(write => write.Fail(reason));
        }
    }

    private void DemandFile()
    {
        if (_file.FindLoss() is not { } loss) return;

        // When SQLite closes the last connection it removes the log beside the ledger by its name: that may be another
        // ledger's by now.
        _ = raw.sqlite3_db_config(Database, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        throw loss;
    }

    // Another process (a backup, a shell) may hold the lock for a while. Asked without SQLite's own wait, which would
    // block the thread.
    private async Task BeginAsync()
    {
        (_beganAt, _isLockTold) = (_time.GetTimestamp(), false);
        var result = await _beginning.ExecuteAsync(_ =>
            ValueTask.FromResult(raw.sqlite3_exec(Database, "BEGIN IMMEDIATE")));
        SqliteException.ThrowExceptionForRC(result, Database);
        if (_isLockTold) LogUnlocked(_connection.DataSource, _time.GetElapsedTime(_beganAt).TotalSeconds);
    }

    private ResiliencePipeline<int> Beginning() => RetryPipeline.Create<int>(
        _time,
        BusyPause,
        tried => tried is { Exception: null, Result: raw.SQLITE_BUSY } && !_isGivenUp
            && _time.GetElapsedTime(_beganAt) < _patience,
        _ =>
        {
            if (!_isLockTold) LogLocked(_connection.DataSource, _patience.TotalSeconds);
            _isLockTold = true;
        });

    private bool TryApply(IWrite write)
    {
        _save.Run();
        try
        {
            write.Run();
        }
        // If it is not, the writes before this one are undone too: all of them fail.
        catch (Exception error) when (IsInTransaction)
        {
            Execute("ROLLBACK TO one_write; RELEASE one_write");
            write.Fail(LedgerUnavailableException.Of(error, _connection.DataSource));
            return false;
        }

        _release.Run();
        return true;
    }

    private void Execute(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(Database, sql), Database);

    [LoggerMessage(LogLevel.Warning,
        "{Path}: another process holds the write lock; waiting for it, {Patience} s at most")]
    private partial void LogLocked(string path, double patience);

    [LoggerMessage(LogLevel.Information, "{Path}: the write lock is ours again, after {Seconds} s")]
    private partial void LogUnlocked(string path, double seconds);

    [LoggerMessage(LogLevel.Error, "{Count} writes failed together and none of them happened: {Reason}")]
    private partial void LogNotWritten(int count, string reason);

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
