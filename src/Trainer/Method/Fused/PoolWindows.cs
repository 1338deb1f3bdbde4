using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>The windows of a 3×3 max-pool with stride 2 and padding 1, on images with channels last.</summary>
internal sealed unsafe record PoolWindows(int Batch, int Channels, int Height, int Width)
{
    private const int Side = 3;
    private const int Stride = 2;
    private const int LeastParallelElements = 1 << 15;

    private int Rows => (Height + 1) / Stride;

    private int Columns => (Width + 1) / Stride;

    /// <summary>The windows of [batch, channels, h, w].</summary>
    public static PoolWindows Of(Tensor images) =>
        new((int)images.size(0), (int)images.size(1), (int)images.size(2), (int)images.size(3));

    /// <summary>Returns a new uninitialised tensor with one value for each window and channel.</summary>
    public Tensor Empty(ScalarType type) => ChannelRows.Empty(Batch, Channels, Rows, Columns, type);

    /// <summary>
    /// Computes the greatest value of each window and its position (0 to 8): the first of equal values, or that of a
    /// NaN.
    /// </summary>
    public void Pool(ChannelRows x, ChannelRows pooled, ChannelRows from) => ForImages(image =>
    {
        var places = (byte*)from.Pointer;
        for (var (row, to) = (0, (long)image * Rows * Columns * Channels); row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++, to += Channels)
            {
                var channel = 0;
                for (; channel <= Channels - Vector128<float>.Count; channel += Vector128<float>.Count)
                {
                    Greatest(x.Singles + channel, image, row, column, pooled.Singles + to + channel,
                        places + to + channel, Vector128<float>.Count);
                }

                if (channel < Channels)
                {
                    Greatest(x.Singles + channel, image, row, column, pooled.Singles + to + channel,
                        places + to + channel, Channels - channel);
                }
            }
        }
    });

    /// <summary>
    /// Adds each window's gradient to xGradient at the position of the window's greatest value. All other elements of
    /// xGradient are 0.
    /// </summary>
    public void Scatter(ChannelRows gradient, ChannelRows from, ChannelRows xGradient) => ForImages(image =>
    {
        var places = (byte*)from.Pointer;
        new Span<float>(xGradient.Singles + At(image, 0, 0), Height * Width * Channels).Clear();
        for (var (row, to) = (0, (long)image * Rows * Columns * Channels); row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var corner = xGradient.Singles + At(image, (row * Stride) - 1, (column * Stride) - 1);
                for (var channel = 0; channel < Channels; channel++, to++)
                {
                    var (down, right) = Math.DivRem((int)places[to], Side);
                    corner[(((long)down * Width) + right) * Channels + channel] += gradient.Singles[to];
                }
            }
        }
    });

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Greatest(float* x, int image, int row, int column, float* value, byte* place, int lanes)
    {
        var (top, left) = ((row * Stride) - 1, (column * Stride) - 1);
        var (down, first) = (top < 0 ? 1 : 0, left < 0 ? 1 : 0);
        var (downEnd, rightEnd) = (Math.Min(Side, Height - top), Math.Min(Side, Width - left));
        var line = x + At(image, top + down, left + first);
        var (greatest, at) = (Load(line, lanes), Vector128.Create((down * Side) + first));
        for (; down < downEnd; down++, line += Width * Channels)
        {
            var next = line;
            for (var right = first; right < rightEnd; right++, next += Channels)
            {
                var v = Load(next, lanes);
                var isGreater = Vector128.GreaterThan(v, greatest) | ~Vector128.Equals(v, v);
                greatest = Vector128.ConditionalSelect(isGreater, v, greatest);
                at = Vector128.ConditionalSelect(isGreater.AsInt32(), Vector128.Create((down * Side) + right), at);
            }
        }

        if (lanes == Vector128<float>.Count)
        {
            greatest.Store(value);
            var halves = Vector128.Narrow(at, at);
            *(uint*)place = Vector128.Narrow(halves, halves).AsUInt32()[0];
            return;
        }

        for (var i = 0; i < lanes; i++) (value[i], place[i]) = (greatest[i], (byte)at[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Load(float* from, int lanes)
    {
        if (lanes == Vector128<float>.Count) return Vector128.Load(from);
        return Vector128.Create(from[0], lanes > 1 ? from[1] : 0, lanes > 2 ? from[2] : 0, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long At(int image, int row, int column) => ((((long)image * Height) + row) * Width + column) * Channels;

    private void ForImages(Action<int> body)
    {
        var threads = get_num_threads();
        if (threads == 1 || (long)Batch * Height * Width * Channels < LeastParallelElements)
        {
            for (var image = 0; image < Batch; image++) body(image);
            return;
        }

        Parallel.For(0, Batch, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
    }
}
