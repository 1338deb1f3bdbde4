using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>The logs of the attempts that ran on this machine, in their folders.</summary>
public sealed class FolderLogs(string trialsRoot) : IAttemptLogs
{
    /// <inheritdoc/>
    public Task<LogPart?> ReadAsync(AttemptId attempt, LogFile file, long offset, int max)
    {
        var folder = AttemptFolder.Of(trialsRoot, attempt.Trial, attempt.Attempt);
        return Task.FromResult(Directory.Exists(folder.Path) ? LogPart.Read(folder.LogOf(file), offset, max) : null);
    }
}
