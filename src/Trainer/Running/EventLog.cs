using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Appends to <c>events.ndjson</c>. Sequence numbers continue from the last complete line. A line that a crash cut off
/// is removed, because it never counted as an event. Every line is in the file when <see cref="Append"/> returns, but
/// not fsynced, because only the result must be durable. When the disk is full the line is kept and written before the
/// next one.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly SafeFileHandle _file;
    private readonly Queue<byte[]> _kept = []; // Lines that did not fit on the disk, oldest first.
    private long _end; // The end of the complete lines.
    private long _sequence;
    private bool _hasReportedFullDisk;

    public EventLog(string path, TimeProvider time)
    {
        (_path, _time) = (path, time);
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        var buffer = new byte[1 << 16];
        var position = 0L;
        for (var read = RandomAccess.Read(_file, buffer, position); read > 0; read =
            RandomAccess.Read(_file, buffer, position))
        {
            var lastBreak = buffer.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (lastBreak >= 0) _end = position + lastBreak + 1;
            _sequence += buffer.AsSpan(0, read).Count((byte)'\n');
            position += read;
        }

        RandomAccess.SetLength(_file, _end);
    }

    /// <summary>
    /// Appends the event that <paramref name="create"/> creates from a sequence number and the time, and returns it.
    /// </summary>
    public T Append<T>(Func<long, DateTimeOffset, T> create)
        where T : TrainerEvent
    {
        var news = create(++_sequence, _time.GetUtcNow());
        _kept.Enqueue([.. JsonSerializer.SerializeToUtf8Bytes<TrainerEvent>(news, SbnnJson.Options), (byte)'\n']);
        try
        {
            WriteKept();
        }
        catch (IOException error) when (DurableFile.IsDiskFull(error))
        {
            File.SetLastWriteTimeUtc(_path, _time.GetUtcNow().UtcDateTime); // A sign of life that needs no disk space.
            _hasReportedFullDisk = _hasReportedFullDisk
                || Stderr.TryWriteLine(
                    $"{_path}: the disk is full; events are kept until there is room ({error.Message})");
        }

        return news;
    }

    /// <summary>
    /// Writes the lines that did not fit before. Throws when there is still no room; the file then ends with a complete
    /// line.
    /// </summary>
    public void WriteKept()
    {
        while (_kept.TryPeek(out var line))
        {
            try
            {
                RandomAccess.Write(_file, line, _end);
            }
            catch (IOException)
            {
                RandomAccess.SetLength(_file, _end); // A part of the line may have been written.
                throw;
            }

            _end += line.Length;
            _kept.Dequeue();
        }

        _hasReportedFullDisk = false;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
