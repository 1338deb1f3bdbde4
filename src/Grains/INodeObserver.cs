using Orleans.Concurrency;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>The calls that the head makes to a node.</summary>
public interface INodeObserver : IGrainObserver
{
    /// <summary>Asks the node to synchronise now, because its orders changed.</summary>
    [OneWay]
    Task PokeAsync();

    /// <summary>
    /// Reads a part of a file of an attempt that ran on the node; null when the node does not have the attempt's logs.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="file">The file to read.</param>
    /// <param name="offset">The first byte; a negative offset counts from the end of the file.</param>
    /// <param name="max">The maximum number of bytes.</param>
    Task<LogPart?> ReadLogAsync([Immutable] AttemptId attempt, LogFile file, long offset, int max);
}
