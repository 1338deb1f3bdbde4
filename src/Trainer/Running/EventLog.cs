using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Appends events to <c>events.ndjson</c>. Sequence numbers continue from the last complete line. An incomplete last
/// line, left by a crash, is removed, because readers ignore it. <see cref="Append"/> writes every line before it
/// returns, but without fsync, because only the result must be durable. On a full disk the line is kept in memory and
/// written before the next one.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly SafeFileHandle _file;
    private readonly Queue<byte[]> _kept = []; // Lines that did not fit on the disk, oldest first.
    private long _end; // The position after the last complete line.
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
    /// Appends the event that <paramref name="create"/> returns for a sequence number and the time. Returns the event.
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
                    $"{_path}: the disk is full; events are kept in memory until it has free space ({error.Message})");
        }

        return news;
    }

    /// <summary>
    /// Writes the lines that were kept in memory. Throws <see cref="IOException"/> when the disk is still full; the
    /// file then ends with a complete line.
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
                RandomAccess.SetLength(_file, _end); // Removes the part of the line that was written.
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
