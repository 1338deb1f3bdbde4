using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>Reads what attempts' trainers have written.</summary>
public interface IAttemptLogs
{
    /// <summary>
    /// Reads a part of a file; null when nothing of the attempt is here, or it cannot be asked for now.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="file">Which of its files.</param>
    /// <param name="offset">The first byte; negative: so many bytes before the end.</param>
    /// <param name="max">So many bytes at most, and never more than <see cref="LogPart.Most"/>.</param>
    Task<LogPart?> ReadAsync(AttemptId attempt, LogFile file, long offset, int max);
}

/// <summary>A part of a log file.</summary>
/// <param name="Offset">Where it begins. Behind what was asked for, when the bytes before are no longer kept.</param>
/// <param name="Bytes">Its bytes; none at the end of the file.</param>
[Immutable]
public sealed record LogPart(long Offset, byte[] Bytes)
{
    /// <summary>The longest part, and what the head keeps of a file after an attempt's end.</summary>
    public const int Most = 256 << 10;

    /// <summary>Reads a part of a file on disk, which may still grow. A file that is not there is empty.</summary>
    public static LogPart Read(string path, long offset, int max)
    {
        try
        {
            using var file = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(file);
            var from = offset < 0 ? Math.Max(0, length + offset) : Math.Min(offset, length);
            var bytes = new byte[Math.Min(length - from, Math.Clamp(max, 0, Most))];
            var read = RandomAccess.Read(file, bytes, from);
            return new LogPart(from, bytes[..read]);
        }
        catch (FileNotFoundException)
        {
            return new LogPart(0, []);
        }
    }
}
