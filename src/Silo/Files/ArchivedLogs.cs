using System.Globalization;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>
/// The ends of the logs of other machines' attempts, in the head's home:
/// <c>&lt;trial&gt;-&lt;attempt&gt;-&lt;file&gt;-&lt;offset&gt;.log</c>. They are part of neither the ledger nor a
/// backup, and the oldest go when they are too many.
/// </summary>
/// <param name="folder">Where they are kept.</param>
/// <param name="trialsRoot">The folders of attempts of this machine, whose logs are there already.</param>
/// <param name="room">Bytes that all of them may take.</param>
/// <param name="logger">The log; null: none.</param>
public sealed partial class ArchivedLogs(
    string folder, string trialsRoot, long room = ArchivedLogs.UsualRoom,
    ILogger<ArchivedLogs>? logger = null) : ILogKeeper, IAttemptLogs
{
    /// <summary>
    /// Bytes that all kept logs take at most, where nothing else is said: those of 1,000 attempts at least.
    /// </summary>
    public const long UsualRoom = 512L << 20;

    private static readonly LogFile[] Kept = [LogFile.Stdout, LogFile.Stderr];
    private readonly Lock _gate = new();
    private long? _taken;

    /// <inheritdoc/>
    public Task KeepAsync(AttemptId attempt, Func<LogFile, Task<LogPart?>> read)
    {
        var isHere = Directory.Exists(AttemptFolder.Of(trialsRoot, attempt.Trial, attempt.Attempt).Path);
        return isHere ? Task.CompletedTask : Task.WhenAll(Kept.Select(KeepFileAsync)); // The attempt's end waits.

        async Task KeepFileAsync(LogFile file)
        {
            if (await read(file) is { Bytes.Length: > 0 and <= LogPart.MaxBytes } end) TryWrite(attempt, file, end);
        }
    }

    /// <inheritdoc/>
    public Task<LogPart?> ReadAsync(AttemptId attempt, LogFile file, long offset, int max)
    {
        if (!Directory.Exists(folder)) return Task.FromResult<LogPart?>(null);
        var kept = Directory.EnumerateFiles(folder, $"{PrefixOf(attempt, file)}*.log")
            .Order(StringComparer.Ordinal).LastOrDefault();
        if (kept is null) return Task.FromResult<LogPart?>(null);
        var start = long.Parse(Path.GetFileNameWithoutExtension(kept).Split('-')[^1], CultureInfo.InvariantCulture);
        var part = LogPart.Read(kept, offset < 0 ? offset : Math.Max(0, offset - start), max);
        return Task.FromResult<LogPart?>(part with { Offset = start + part.Offset });
    }

    private static string PrefixOf(AttemptId attempt, LogFile file) =>
        string.Create(CultureInfo.InvariantCulture, $"{attempt.Trial.Hex}-{attempt.Attempt:D6}-{EnumWords.Of(file)}-");

    private void TryWrite(AttemptId attempt, LogFile file, LogPart end)
    {
        try
        {
            lock (_gate)
            {
                Directory.CreateDirectory(folder);
                _taken ??= new DirectoryInfo(folder).EnumerateFiles().Sum(static kept => kept.Length);
                if (_taken + end.Bytes.Length > room) RemoveOldest(end.Bytes.Length);
                var path = Path.Combine(folder,
                    string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(attempt, file)}{end.Offset:D15}.log"));
                if (!File.Exists(path)) _taken += end.Bytes.Length;
                // A crash loses it, or its end: the ledger has the last words of every failure.
                File.WriteAllBytes(path, end.Bytes);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (logger is not null) LogNotKept(logger, attempt, error.Message);
        }
    }

    // More than is needed at once, so that not every further file has to look through the folder.
    private void RemoveOldest(long needed)
    {
        foreach (var oldest in new DirectoryInfo(folder).EnumerateFiles()
            .OrderBy(static kept => kept.LastWriteTimeUtc).ToList())
        {
            if (_taken + needed <= room - (room / 10)) return;
            _taken -= oldest.Length;
            oldest.Delete();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The log of attempt {Attempt} could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger logger, AttemptId attempt, string reason);
}
