using System.Diagnostics;

namespace Sbnn.Sweeps.Benchmarks.Throughput;

/// <summary>Records when trials ended.</summary>
/// <param name="trials">The number of trials.</param>
internal sealed class TrialEnds(int trials)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] _ends = new long[trials];
    private int _ended;

    /// <summary>Completes when every trial has ended.</summary>
    public Task All => _all.Task;

    /// <summary>The timestamps of the ends, in the order of time.</summary>
    public IReadOnlyList<long> Timestamps => _ends;

    /// <summary>Records that one more trial has ended.</summary>
    public void RecordEnd()
    {
        var place = Interlocked.Increment(ref _ended);
        _ends[place - 1] = Stopwatch.GetTimestamp();
        if (place == trials) _all.SetResult();
    }
}
