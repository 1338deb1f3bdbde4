using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Appends to <c>events.ndjson</c>. Sequences go on from the last whole line; a line that a crash cut off was never an event, and is
/// cut away. Every line is in the file (though not fsynced: the result is what counts) when <see cref="Append"/> returns.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private long _sequence;

    public EventLog(string path, TimeProvider time)
    {
        _time = time;
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        var wholeLines = 0L;
        var buffer = new byte[1 << 16];
        for (var read = _file.Read(buffer); read > 0; read = _file.Read(buffer))
        {
            var lastBreak = buffer.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (lastBreak >= 0) wholeLines = _file.Position - read + lastBreak + 1;
            _sequence += buffer.AsSpan(0, read).Count((byte)'\n');
        }

        _file.SetLength(wholeLines);
        _file.Position = wholeLines;
    }

    /// <summary>Appends the event that <paramref name="create"/> makes from its sequence and time, and gives it.</summary>
    public T Append<T>(Func<long, DateTimeOffset, T> create)
        where T : TrainerEvent
    {
        var news = create(++_sequence, _time.GetUtcNow());
        var line = JsonSerializer.SerializeToUtf8Bytes<TrainerEvent>(news, SbnnJson.Options);
        _file.Write([.. line, (byte)'\n']); // One write: a reader never finds half a line unless the machine died.
        _file.Flush();
        return news;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
