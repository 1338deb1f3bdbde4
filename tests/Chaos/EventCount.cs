using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// Counts the events that all trainers have written so far. Faults are injected after random numbers of events, so that
/// their places in a sweep do not depend on the machine's speed.
/// </summary>
internal sealed class EventCount(IReadOnlyList<string> roots)
{
    private readonly Dictionary<string, (long Bytes, int Lines)> _files = new(StringComparer.Ordinal);

    public int Read()
    {
        foreach (var attempt in roots.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .SelectMany(Directory.EnumerateDirectories))
        {
            var events = new FileInfo(new AttemptFolder(attempt).Events);
            if (!events.Exists) continue;
            var (bytes, lines) = _files.GetValueOrDefault(events.FullName);
            if (events.Length == bytes) continue;
            using var file = new FileStream(events.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Position = bytes;
            var news = new byte[events.Length - bytes];
            file.ReadExactly(news);
            _files[events.FullName] = (bytes + news.Length, lines + news.AsSpan().Count((byte)'\n'));
        }

        return _files.Values.Sum(static file => file.Lines);
    }
}
