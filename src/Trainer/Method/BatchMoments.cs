using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The mean and 1/√(var + ε) of a batch normalisation over one batch, and the values per channel that are computed from
/// them. They are kept from the forward to the backward pass.
/// </summary>
internal sealed class BatchMoments
{
    private readonly int _channels;
    private readonly long _rows;
    private readonly double[] _inverse;
    private readonly float[] _gamma;

    private BatchMoments(int channels, long rows, double[] mean, double[] inverse, float[] gamma, float[] beta)
    {
        (_channels, _rows, _inverse, _gamma) = (channels, rows, inverse, gamma);
        Mean = ChannelLoop.Tile(channels, c => mean[c]);
        Inverse = ChannelLoop.Tile(channels, c => inverse[c]);
        Scale = ChannelLoop.Tile(channels, c => gamma[c] * inverse[c]);
        Offset = ChannelLoop.Tile(channels, c => beta[c] - mean[c] * gamma[c] * inverse[c]);
    }

    public float[] Mean { get; }

    public float[] Inverse { get; }

    /// <summary>γ/√(var + ε): the normalised value is Scale·y + Offset.</summary>
    public float[] Scale { get; }

    public float[] Offset { get; }

    /// <summary>
    /// Computes the moments of a batch and updates the running moments, as <see cref="BatchNorm2d"/> does in training.
    /// </summary>
    public static unsafe BatchMoments Compute(BatchNorm2d norm, ChannelRows y)
    {
        var (channels, rows) = (y.Channels, y.Rows);
        // The sums are taken of the differences from the first row, so that the variance loses no digits when the mean
        // is far from 0.
        var shift = ChannelLoop.Tile(channels, c => Lane.Load(y, c, 1)[0]);
        var sums = ChannelLoop.Sum(new MomentsKernel(y, shift), y.Count, channels, 2);
        var (first, second) = (sums[0], sums[1]);
        var (mean, inverse) = (new double[channels], new double[channels]);
        var runningMean = ChannelRows.Flat(norm.running_mean!).Singles;
        var runningVariance = ChannelRows.Flat(norm.running_var!).Singles;
        var momentum = norm.momentum!.Value;
        for (var c = 0; c < channels; c++)
        {
            var distance = first[c] / rows;
            var variance = Math.Max(0, second[c] / rows - distance * distance);
            if (double.IsNaN(second[c])) variance = double.NaN; // Max would hide the NaN.
            mean[c] = shift[c] + distance;
            inverse[c] = 1 / Math.Sqrt(variance + norm.eps);
            runningMean[c] = (float)((1 - momentum) * runningMean[c] + momentum * mean[c]);
            runningVariance[c] = (float)((1 - momentum) * runningVariance[c] + momentum * variance * rows / (rows - 1));
        }

        norm.CountBatch();
        return new BatchMoments(channels, rows, mean, inverse, Values(norm.weight!), Values(norm.bias!));
    }

    /// <summary>
    /// Computes the gradient of y from the gradient g of the normalised values and its sums Σg and Σg·ŷ.
    /// </summary>
    public void InputGradient(ChannelRows y, ChannelRows g, double[] sum, double[] sumOfProducts, ChannelRows yGradient)
    {
        var slope = ChannelLoop.Tile(
            _channels, c => -_gamma[c] * _inverse[c] * _inverse[c] * sumOfProducts[c] / _rows);
        var offset = ChannelLoop.Tile(_channels, c => -_gamma[c] * _inverse[c] * sum[c] / _rows);
        ChannelLoop.Run(new NormInputGradientKernel(y, Mean, Scale, slope, offset, g, yGradient), y.Count, _channels);
    }

    private static unsafe float[] Values(Tensor vector) =>
        new ReadOnlySpan<float>(ChannelRows.Flat(vector).Singles, (int)vector.numel()).ToArray();
}
