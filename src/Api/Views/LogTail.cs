using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Copies a log, and optionally new output until the attempt ends.</summary>
/// <param name="logs">Reads the logs.</param>
/// <param name="time">The clock.</param>
public sealed class LogTail(IAttemptLogs logs, TimeProvider time)
{
    private const int PartBytes = 64 << 10;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Copies the log to a stream; returns the number of copied bytes.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="file">The log file.</param>
    /// <param name="isOver">Returns whether the attempt has ended. Null: stop at the current end of the log.</param>
    /// <param name="to">The stream to write to.</param>
    /// <param name="cancellation">Cancels the copy.</param>
    public async Task<long> CopyAsync(
        AttemptId attempt, LogFile file, Func<Task<bool>>? isOver, Stream to, CancellationToken cancellation)
    {
        var copied = 0L;
        for (var at = 0L; ;)
        {
            // The end is checked before the last read, so that the last read includes everything that was written.
            var isLast = isOver is null || await isOver();
            while (await logs.ReadAsync(attempt, file, at, PartBytes) is { Bytes.Length: > 0 } part)
            {
                at = part.Offset + part.Bytes.Length;
                copied += part.Bytes.Length;
                await to.WriteAsync(part.Bytes, cancellation);
                await to.FlushAsync(cancellation);
            }

            if (isLast) return copied;
            await Task.Delay(PollInterval, time, cancellation);
        }
    }
}
