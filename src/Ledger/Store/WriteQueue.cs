using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Polly;
using Sbnn.Sweeps.Core.Retries;
using SQLitePCL;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Group commit: the queued writes run in one transaction, each in its own savepoint, and their tasks complete after
/// the commit. A write that throws is rolled back and fails alone. When the commit fails, all of its writes fail and
/// none has an effect.
/// </summary>
internal sealed partial class WriteQueue : IAsyncDisposable
{
    // The maximum number of writes in one commit. It limits how long a write waits for the others. A larger group would
    // not be faster, because the cost of the disk flush is already shared.
    private const int LargestGroup = 1000;
    private static readonly TimeSpan LockRetryInterval = TimeSpan.FromMilliseconds(50);

    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lockTimeout;
    private readonly ILogger _logger;
    private readonly LedgerFile _file;
    private readonly Statement _save;
    private readonly Statement _release;
    private readonly Channel<IWrite> _waiting =
        Channel.CreateUnbounded<IWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ResiliencePipeline<int> _beginRetry;
    private readonly Task _loop;
    private long _beganAt;
    private bool _isLockReported;
    private volatile bool _failsOnLock;

    /// <summary>Creates a queue; no other code may use the connection.</summary>
    public WriteQueue(SqliteConnection connection, TimeProvider time, TimeSpan lockTimeout, ILogger logger)
    {
        (_connection, _time, _lockTimeout, _logger) = (connection, time, lockTimeout, logger);
        _file = new LedgerFile(connection.DataSource);
        _save = new Statement(connection, "SAVEPOINT one_write");
        _release = new Statement(connection, "RELEASE one_write");
        _beginRetry = CreateBeginRetry();
        _loop = Task.Run(LoopAsync);
    }

    private interface IWrite
    {
        void Run();

        void Complete();

        void Fail(Exception error);
    }

    private sqlite3 Database => _connection.Handle!;

    // True between BEGIN and COMMIT. After some errors, such as a full disk, SQLite rolls back automatically.
    private bool IsInTransaction => raw.sqlite3_get_autocommit(Database) == 0;

    /// <summary>Queues a write; the task completes when the write is durable.</summary>
    public Task<T> EnqueueAsync<T>(Func<T> write)
    {
        var pending = new Write<T>(write);
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(pending), typeof(WriteQueue));
        return pending.Done;
    }

    /// <summary>
    /// Why writes are no longer possible: a commit found that the ledger's file is gone. Null otherwise.
    /// </summary>
    public LedgerUnavailableException? Loss => _file.Loss;

    /// <summary>
    /// Checks now whether the ledger's file is gone, and returns the new value of <see cref="Loss"/>.
    /// </summary>
    public LedgerUnavailableException? FindLoss() => _file.FindLoss();

    /// <summary>From now on a write fails immediately when another process holds the lock.</summary>
    public void StopWaitingForLocks() => _failsOnLock = true;

    /// <summary>Accepts no more writes, and waits for those in the queue.</summary>
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
            // Callers that continue after the last commit run first, so that their next writes join this group.
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
            ThrowIfFileLost(); // Checked after the commit, so that a completed write is in the file at the path.
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

    private void ThrowIfFileLost()
    {
        if (_file.FindLoss() is not { } loss) return;

        // When SQLite closes the last connection, it deletes the log beside the ledger by name. That log may belong to
        // another ledger by now, so this connection must not delete it.
        _ = raw.sqlite3_db_config(Database, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        throw loss;
    }

    // Another process (a backup, a shell) may hold the ledger's write lock for a while. The retry is done here, because
    // SQLite's own wait would block the thread.
    private async Task BeginAsync()
    {
        (_beganAt, _isLockReported) = (_time.GetTimestamp(), false);
        var result = await _beginRetry.ExecuteAsync(_ =>
            ValueTask.FromResult(raw.sqlite3_exec(Database, "BEGIN IMMEDIATE")));
        SqliteException.ThrowExceptionForRC(result, Database);
        if (_isLockReported) LogUnlocked(_connection.DataSource, _time.GetElapsedTime(_beganAt).TotalSeconds);
    }

    private ResiliencePipeline<int> CreateBeginRetry() => RetryPipeline.Create<int>(
        _time,
        LockRetryInterval,
        tried => tried is { Exception: null, Result: raw.SQLITE_BUSY } && !_failsOnLock
            && _time.GetElapsedTime(_beganAt) < _lockTimeout,
        _ =>
        {
            if (!_isLockReported) LogLocked(_connection.DataSource, _lockTimeout.TotalSeconds);
            _isLockReported = true;
        });

    private bool TryApply(IWrite write)
    {
        _save.Run();
        try
        {
            write.Run();
        }
        // An error that ends the transaction also rolls back the group's earlier writes, so it makes the whole group
        // fail.
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
        "{Path}: another process holds the ledger's write lock; waiting at most {Timeout} s")]
    private partial void LogLocked(string path, double timeout);

    [LoggerMessage(LogLevel.Information, "{Path}: the ledger's write lock is free again after {Seconds} s")]
    private partial void LogUnlocked(string path, double seconds);

    [LoggerMessage(LogLevel.Error, "A group of {Count} writes to the ledger failed, and none took effect: {Reason}")]
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
