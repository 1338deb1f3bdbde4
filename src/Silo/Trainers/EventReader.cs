using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// Reads a trainer's events as they are appended, each line once. The last line may be half written: it is left until
/// it ends in a line break. What is not acknowledged yet is kept to be told again. Trainers append whole events only;
/// anything else is damage from outside, and
/// nothing is read from there on.
/// </summary>
internal sealed class EventReader(string path)
{
    private readonly List<TrainerEvent> _unacknowledged = [];
    private long _offset;

    /// <summary>The newest event read so far.</summary>
    public TrainerEvent? Last { get; private set; }

    /// <summary>Where and how the file is damaged, in words for people; null while it is not.</summary>
    public string? Damage { get; private set; }

    /// <summary>The events after an acknowledged sequence.</summary>
    public IReadOnlyList<TrainerEvent> ReadAfter(long acknowledged)
    {
        ReadNew();
        _unacknowledged.RemoveAll(e => e.Sequence <= acknowledged);
        return [.. _unacknowledged];
    }

    /// <summary>Reads the lines that were completed since.</summary>
    public void ReadNew()
    {
        if (Damage is not null || !File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length < _offset)
        {
            Damage = $"{path}: cut short to {file.Length} bytes, of which {_offset} had been read";
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
        // The latter: no word of which event it is.
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return $"the line is not an event: {error.Message}";
        }

        var expected = (Last?.Sequence ?? 0) + 1;
        return news is null ? "the line is null"
            : news.Sequence != expected ? $"the event has the sequence {news.Sequence}, and {expected} is next"
            : (news as EpochCompleted)?.Epoch.WhyNotSound();
    }
}
