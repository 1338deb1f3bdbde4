using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>
/// Reads any attempt's logs for the head: from this machine's folders, from the attempt's node, or from the archive.
/// </summary>
internal sealed class HeadLogs(FolderLogs here, ArchivedLogs kept, LedgerReader ledger, IGrainFactory grains)
    : IAttemptLogs
{
    public async Task<LogPart?> ReadAsync(AttemptId attempt, LogFile file, long offset, int max)
    {
        if (await here.ReadAsync(attempt, file, offset, max) is { } own) return own;
        if (await ledger.FindNodeAsync(attempt) is not { } node) return null;
        return await grains.GetGrain<INodeLogs>(node.Value).ReadAsync(attempt, file, offset, max)
            ?? await kept.ReadAsync(attempt, file, offset, max);
    }
}
