using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// What the head reads on a node; its key is the node's name. Of the head's own calls only: no node may read another
/// one's.
/// </summary>
public interface INodeLogs : IGrainWithStringKey
{
    /// <summary>
    /// Reads a part of a file of an attempt on the node; null when the node does not have the attempt, or does not
    /// answer.
    /// </summary>
    Task<LogPart?> ReadAsync([Immutable] AttemptId attempt, LogFile file, long offset, int max);
}
