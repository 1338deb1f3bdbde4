using System.Buffers;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>An operation on up to 16 neighbouring elements.</summary>
internal unsafe interface IChannelKernel
{
    /// <param name="at">The first element's position in the tensors' memory.</param>
    /// <param name="place">
    /// The first element's position in the per-channel values (<see cref="ChannelLoop.Tile(int, Func{int,
    /// double})"/>).
    /// </param>
    /// <param name="lanes">The number of elements: 16, or fewer at the end of the tensor.</param>
    /// <param name="sums">Collects the kernel's sums over the rows. Unused by a kernel without sums.</param>
    void Handle(long at, int place, int lanes, LaneSums sums);
}

/// <summary>
/// Runs kernels over all elements, in parallel over chunks of fixed size. Sums are accumulated in float32 within a
/// chunk, and in float64, in the chunks' order, across chunks. The results are therefore the same, bit by bit, for any
/// number of threads.
/// </summary>
internal static unsafe class ChannelLoop
{
    private const int Lanes = 16;
    private const int ChunkElements = 8192;
    private const int LeastParallelElements = 4 * ChunkElements;

    /// <summary>
    /// The number of elements after which a vector of 16 elements starts at the first channel again: the least common
    /// multiple of 16 and the number of channels.
    /// </summary>
    public static int Period(int channels)
    {
        var period = channels;
        while (period % Lanes != 0) period += channels;
        return period;
    }

    /// <summary>Repeats the values of the channels until they fill one period (<see cref="Period"/>).</summary>
    public static float[] Tile(int channels, Func<int, double> value)
    {
        var spread = new float[Period(channels)];
        for (var i = 0; i < channels; i++) spread[i] = (float)value(i);
        for (var i = channels; i < spread.Length; i++) spread[i] = spread[i - channels];
        return spread;
    }

    /// <summary>Repeats the values of a float32 vector, one per channel, until they fill one period.</summary>
    public static float[] Tile(Tensor vector)
    {
        var values = ChannelRows.Flat(vector);
        return Tile((int)values.Count, c => values.Singles[c]);
    }

    /// <summary>Runs a kernel without sums.</summary>
    public static void Run<TKernel>(TKernel kernel, long count, int channels)
        where TKernel : struct, IChannelKernel
    {
        var period = Period(channels);
        ForChunks(count, period, (_, begin, end) => Walk(kernel, begin, end, period, default));
    }

    /// <summary>Runs a kernel and returns its sums, each as one value per channel.</summary>
    public static double[][] Sum<TKernel>(TKernel kernel, long count, int channels, int sums)
        where TKernel : struct, IChannelKernel
    {
        var period = Period(channels);
        var chunks = (int)ChunkCount(count, period);
        var partial = ArrayPool<float>.Shared.Rent(chunks * sums * period);
        Array.Clear(partial, 0, chunks * sums * period);
        ForChunks(count, period, (chunk, begin, end) =>
        {
            fixed (float* start = &partial[chunk * sums * period])
                Walk(kernel, begin, end, period, new LaneSums(start, period));
        });

        var gathered = new double[sums][];
        for (var sum = 0; sum < sums; sum++) gathered[sum] = new double[channels];
        for (var i = 0; i < chunks * sums; i++)
        {
            var (begin, to, channel) = (i * period, gathered[i % sums], 0);
            for (var place = begin; place < begin + period; place++)
            {
                to[channel] += partial[place];
                if (++channel == channels) channel = 0;
            }
        }

        ArrayPool<float>.Shared.Return(partial);
        return gathered;
    }

    private static void Walk<TKernel>(TKernel kernel, long begin, long end, int period, LaneSums sums)
        where TKernel : struct, IChannelKernel
    {
        var at = begin;
        while (end - at >= period)
        {
            for (var place = 0; place < period; place += Lanes, at += Lanes) kernel.Handle(at, place, Lanes, sums);
        }

        for (var place = 0; at < end; place += Lanes, at += Lanes)
            kernel.Handle(at, place, (int)Math.Min(Lanes, end - at), sums);
    }

    private static long ChunkSize(int period) => (long)period * Math.Max(1, ChunkElements / period);

    private static long ChunkCount(long count, int period) => (count + ChunkSize(period) - 1) / ChunkSize(period);

    private static void ForChunks(long count, int period, Action<int, long, long> body)
    {
        var (size, chunks, threads) = (ChunkSize(period), (int)ChunkCount(count, period), get_num_threads());
        if (count < LeastParallelElements || threads == 1)
        {
            for (var chunk = 0; chunk < chunks; chunk++) body(chunk, chunk * size, Math.Min(count, (chunk + 1) * size));
            return;
        }

        Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads },
            chunk => body(chunk, chunk * size, Math.Min(count, (chunk + 1) * size)));
    }
}
