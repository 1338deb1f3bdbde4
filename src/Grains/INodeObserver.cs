using Orleans.Concurrency;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>A node, as the head calls it.</summary>
public interface INodeObserver : IGrainObserver
{
    /// <summary>Something changed: synchronise now.</summary>
    [OneWay]
    Task PokeAsync();

    /// <summary>
    /// Reads a part of a file of an attempt that ran on the node; null when the node does not have the attempt.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="file">Which of its files.</param>
    /// <param name="offset">The first byte; negative: so many bytes before the end.</param>
    /// <param name="max">So many bytes at most.</param>
    Task<LogPart?> ReadLogAsync([Immutable] AttemptId attempt, LogFile file, long offset, int max);
}
