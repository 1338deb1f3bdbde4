using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// Reads a trainer's events as they are appended, each line once. The last line may be half written: it is left until it ends in a line
/// break. What is not acknowledged yet is kept to be told again.
/// </summary>
internal sealed class EventReader(string path)
{
    private readonly List<TrainerEvent> _unacknowledged = [];
    private long _offset;

    /// <summary>The newest event read so far.</summary>
    public TrainerEvent? Last { get; private set; }

    /// <summary>The events after an acknowledged sequence.</summary>
    public IReadOnlyList<TrainerEvent> ReadAfter(long acknowledged)
    {
        ReadNew();
        _unacknowledged.RemoveAll(e => e.Sequence <= acknowledged);
        return [.. _unacknowledged];
    }

    /// <summary>Reads the lines that were completed since. Throws <see cref="BadInputException"/> when one is no event.</summary>
    public void ReadNew()
    {
        if (!File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length <= _offset) return;
        var bytes = new byte[file.Length - _offset];
        file.Seek(_offset, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        for (ReadOnlySpan<byte> rest = bytes; rest.IndexOf((byte)'\n') is >= 0 and var end; rest = rest[(end + 1)..])
        {
            try
            {
                Last = JsonSerializer.Deserialize<TrainerEvent>(rest[..end], SbnnJson.Options)!;
            }
            catch (JsonException error)
            {
                throw new BadInputException($"{path}: the line at byte {_offset} is not an event: {error.Message}", error);
            }

            _unacknowledged.Add(Last);
            _offset += end + 1;
        }
    }
}
