using System.Buffers;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>What is done to up to 16 neighbouring elements.</summary>
internal unsafe interface IChannelKernel
{
    /// <param name="at">The first element's place in the tensors' memory.</param>
    /// <param name="place">Its place in the per-channel values (<see cref="ChannelLoop.Spread"/>).</param>
    /// <param name="lanes">How many elements: 16, or fewer at the very end.</param>
    /// <param name="first">Where a first sum over the rows gathers, by place; null when the kernel sums nothing.</param>
    /// <param name="second">The same for a second sum.</param>
    void Handle(long at, int place, int lanes, float* first, float* second);
}

/// <summary>
/// Runs kernels over all elements, in parallel over chunks of fixed size. Sums are gathered in float32 within a chunk and in float64,
/// in the chunks' order, across them: the same bits for any number of threads.
/// </summary>
internal static unsafe class ChannelLoop
{
    private const int Lanes = 16;
    private const int ChunkElements = 8192;
    private const int LeastParallelElements = 4 * ChunkElements;

    /// <summary>
    /// Elements after which vectors and channels are in step again: the channels themselves, or where they do not fill whole
    /// vectors, the least common multiple.
    /// </summary>
    public static int Period(int channels)
    {
        var period = channels;
        while (period % Lanes != 0) period += channels;
        return period;
    }

    /// <summary>Per-channel values repeated to one period.</summary>
    public static float[] Spread(int channels, Func<int, double> value)
    {
        var spread = new float[Period(channels)];
        for (var i = 0; i < channels; i++) spread[i] = (float)value(i);
        for (var i = channels; i < spread.Length; i++) spread[i] = spread[i - channels];
        return spread;
    }

    /// <summary>Runs a kernel that sums nothing.</summary>
    public static void Run<TKernel>(TKernel kernel, long count, int channels)
        where TKernel : struct, IChannelKernel
    {
        var period = Period(channels);
        ForChunks(count, period, (_, begin, end) => Walk(kernel, begin, end, period, null, null));
    }

    /// <summary>Runs a kernel and gives both of its sums, by channel.</summary>
    public static (double[] First, double[] Second) Sum<TKernel>(TKernel kernel, long count, int channels)
        where TKernel : struct, IChannelKernel
    {
        var period = Period(channels);
        var length = (int)(ChunkCount(count, period) * 2 * period);
        var partial = ArrayPool<float>.Shared.Rent(length);
        Array.Clear(partial, 0, length);
        ForChunks(count, period, (chunk, begin, end) =>
        {
            fixed (float* sums = &partial[2 * period * chunk]) Walk(kernel, begin, end, period, sums, sums + period);
        });

        var (first, second) = (new double[channels], new double[channels]);
        for (var i = 0; i < length; i++) (i / period % 2 == 0 ? first : second)[i % period % channels] += partial[i];
        ArrayPool<float>.Shared.Return(partial);
        return (first, second);
    }

    private static void Walk<TKernel>(TKernel kernel, long begin, long end, int period, float* first, float* second)
        where TKernel : struct, IChannelKernel
    {
        var at = begin;
        while (end - at >= period)
        {
            for (var place = 0; place < period; place += Lanes, at += Lanes) kernel.Handle(at, place, Lanes, first, second);
        }

        for (var place = 0; at < end; place += Lanes, at += Lanes) kernel.Handle(at, place, (int)Math.Min(Lanes, end - at), first, second);
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
