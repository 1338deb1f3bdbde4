using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>Reads the log files of attempts.</summary>
public interface IAttemptLogs
{
    /// <summary>
    /// Reads a part of a log file; null when this machine neither has the attempt's logs nor can get them now.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="file">The file to read.</param>
    /// <param name="offset">The first byte; a negative offset counts from the end of the file.</param>
    /// <param name="max">The maximum number of bytes; the part never exceeds <see cref="LogPart.MaxBytes"/>.</param>
    Task<LogPart?> ReadAsync(AttemptId attempt, LogFile file, long offset, int max);
}

/// <summary>A part of a log file.</summary>
/// <param name="Offset">Where the part begins. It is greater than the requested offset when the earlier bytes are no
/// longer kept.</param>
/// <param name="Bytes">The part's bytes; empty at the end of the file.</param>
[Immutable]
public sealed record LogPart(long Offset, byte[] Bytes)
{
    /// <summary>
    /// The maximum size of a part. The head also keeps this much of each log file after an attempt's end.
    /// </summary>
    public const int MaxBytes = 256 << 10;

    /// <summary>Reads a part of a file on disk, which may still grow. A missing file counts as empty.</summary>
    public static LogPart Read(string path, long offset, int max)
    {
        try
        {
            using var file = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(file);
            var from = offset < 0 ? Math.Max(0, length + offset) : Math.Min(offset, length);
            var bytes = new byte[Math.Min(length - from, Math.Clamp(max, 0, MaxBytes))];
            var read = RandomAccess.Read(file, bytes, from);
            return new LogPart(from, bytes[..read]);
        }
        catch (FileNotFoundException)
        {
            return new LogPart(0, []);
        }
    }
}
