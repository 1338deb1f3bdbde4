using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// Reads a trainer's events as they are appended, each line once. The last line may be half written and is not read
/// before it ends in a line break. Unacknowledged events are kept, so that they can be reported again. Trainers append
/// only complete events. Any other content means that another program damaged the file, and the reader stops at the
/// damage.
/// </summary>
internal sealed class EventReader(string path)
{
    private readonly List<TrainerEvent> _unacknowledged = [];
    private long _offset;

    /// <summary>The newest event read so far.</summary>
    public TrainerEvent? Last { get; private set; }

    /// <summary>Where and how the file is damaged, as text for users; null while it is intact.</summary>
    public string? Damage { get; private set; }

    /// <summary>Returns the events after an acknowledged sequence number.</summary>
    public IReadOnlyList<TrainerEvent> ReadAfter(long acknowledged)
    {
        ReadNew();
        _unacknowledged.RemoveAll(e => e.Sequence <= acknowledged);
        return [.. _unacknowledged];
    }

    /// <summary>Reads the lines that were completed since the last call.</summary>
    public void ReadNew()
    {
        if (Damage is not null || !File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length < _offset)
        {
            Damage = $"{path}: shortened to {file.Length} bytes after {_offset} had been read";
            return;
        }

        var bytes = new byte[file.Length - _offset];
        file.Seek(_offset, SeekOrigin.Begin);
        ReadOnlySpan<byte> rest = bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        for (; rest.IndexOf((byte)'\n') is >= 0 and var end; rest = rest[(end + 1)..])
        {
            if (WhyNotNext(rest[..end], out var news) is { } what)
            {
                Damage = $"{path}: damaged at byte {_offset}: {what}";
                return;
            }

            _unacknowledged.Add(Last = news!);
            _offset += end + 1;
        }
    }

    private string? WhyNotNext(ReadOnlySpan<byte> line, out TrainerEvent? news)
    {
        news = null;
        try
        {
            news = JsonSerializer.Deserialize<TrainerEvent>(line, SbnnJson.Options);
        }
        // NotSupportedException: the line does not name the type of its event.
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return $"the line is not an event: {error.Message}";
        }

        var expected = (Last?.Sequence ?? 0) + 1;
        return news is null ? "the line is null"
            : news.Sequence != expected ? $"the event has the sequence number {news.Sequence} (allowed: {expected})"
            : (news as EpochCompleted)?.Epoch.FindInconsistency();
    }
}
