using System.Globalization;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>
/// The last parts of the log files from attempts on other machines, kept in the head's home as
/// <c>&lt;trial&gt;-&lt;attempt&gt;-&lt;file&gt;-&lt;offset&gt;.log</c>. They are part of neither the ledger nor a
/// backup. The oldest are removed when all of them together take too much space.
/// </summary>
/// <param name="folder">The folder for the logs.</param>
/// <param name="trialsRoot">The folder of this machine's attempts, which keep their own logs.</param>
/// <param name="maxBytes">The maximum number of bytes of all kept logs.</param>
/// <param name="logger">The log; null: none.</param>
public sealed partial class ArchivedLogs(
    string folder, string trialsRoot, long maxBytes = ArchivedLogs.DefaultMaxBytes,
    ILogger<ArchivedLogs>? logger = null) : ILogKeeper, IAttemptLogs
{
    /// <summary>The default limit on all kept logs, in bytes: enough for at least 1,000 attempts.</summary>
    public const long DefaultMaxBytes = 512L << 20;

    private static readonly LogFile[] Kept = [LogFile.Stdout, LogFile.Stderr];
    private readonly Lock _gate = new();
    private long? _keptBytes;

    /// <inheritdoc/>
    public Task KeepAsync(AttemptId attempt, Func<LogFile, Task<LogPart?>> read)
    {
        var isHere = Directory.Exists(AttemptFolder.Of(trialsRoot, attempt.Trial, attempt.Attempt).Path);
        // The logs are kept before the caller answers the attempt's end, because the node may leave after that answer.
        return isHere ? Task.CompletedTask : Task.WhenAll(Kept.Select(KeepFileAsync));

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
                _keptBytes ??= new DirectoryInfo(folder).EnumerateFiles().Sum(static kept => kept.Length);
                if (_keptBytes + end.Bytes.Length > maxBytes) RemoveOldest(end.Bytes.Length);
                var path = Path.Combine(folder,
                    string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(attempt, file)}{end.Offset:D15}.log"));
                if (!File.Exists(path)) _keptBytes += end.Bytes.Length;
                // A crash may lose part of the file. That is acceptable, because the ledger has the end of stderr of
                // every failure.
                File.WriteAllBytes(path, end.Bytes);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (logger is not null) LogNotKept(logger, attempt, error.Message);
        }
    }

    // Removes more than necessary, so that the folder is not scanned for every new file.
    private void RemoveOldest(long needed)
    {
        foreach (var oldest in new DirectoryInfo(folder).EnumerateFiles()
            .OrderBy(static kept => kept.LastWriteTimeUtc).ToList())
        {
            if (_keptBytes + needed <= maxBytes - (maxBytes / 10)) return;
            _keptBytes -= oldest.Length;
            oldest.Delete();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The log of attempt {Attempt} could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger logger, AttemptId attempt, string reason);
}
