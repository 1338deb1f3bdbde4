using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Copies a log, and what is added to it until its attempt is over.</summary>
/// <param name="logs">Where the log is.</param>
/// <param name="time">The clock of the pauses.</param>
public sealed class LogTail(IAttemptLogs logs, TimeProvider time)
{
    private const int PartBytes = 64 << 10;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>Copies all of it that there is.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="file">Which of its files.</param>
    /// <param name="isOver">Says whether the attempt is over. Null: do not wait for what is added later.</param>
    /// <param name="to">Where to.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task CopyAsync(
        AttemptId attempt, LogFile file, Func<Task<bool>>? isOver, Stream to, CancellationToken cancellation)
    {
        for (var at = 0L; ;)
        {
            // Before the last look, so that it sees all that was written.
            var isLast = isOver is null || await isOver();
            while (await logs.ReadAsync(attempt, file, at, PartBytes) is { Bytes.Length: > 0 } part)
            {
                at = part.Offset + part.Bytes.Length;
                await to.WriteAsync(part.Bytes, cancellation);
                await to.FlushAsync(cancellation);
            }

            if (isLast) return;
            await Task.Delay(BetweenLooks, time, cancellation);
        }
    }
}
