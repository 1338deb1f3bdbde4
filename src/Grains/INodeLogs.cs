using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Reads log files on a node; the key is the node's name. Only the head may call this grain, so that no node can read
/// another node's logs.
/// </summary>
public interface INodeLogs : IGrainWithStringKey
{
    /// <summary>
    /// Reads a part of a file of an attempt on the node; null when the node does not have the attempt's logs, or does
    /// not answer.
    /// </summary>
    Task<LogPart?> ReadAsync([Immutable] AttemptId attempt, LogFile file, long offset, int max);
}
