using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// Fills a span with random numbers, uniform in [0, 1), from a random stream that belongs to one parameter.
/// </summary>
/// <param name="parameter">The parameter's name in the state dict.</param>
/// <param name="values">The values to fill, row-major.</param>
public delegate void UniformFill(string parameter, Span<float> values);

/// <summary>
/// A network with or without binary convolutions, from images [batch, 3, h, w] to log-probabilities [batch, outputs].
/// Parameters and buffers are enumerated in the fixed order of construction, because checkpoints depend on it.
/// </summary>
public abstract class Network(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The binary layers, in forward order; empty for a full-precision network.</summary>
    public abstract IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <summary>The full-precision convolutions and linear layers, in forward order.</summary>
    public abstract IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <summary>The number of bits that name a kernel's pattern in Subbit's layers; null for other layers.</summary>
    public int? PatternBits => BinaryLayers.OfType<SubbitConv2d>().FirstOrDefault()?.Bits;

    /// <summary>
    /// The binary layers' real weights are clamped to [−WeightBound, +WeightBound] after every step; infinite for no
    /// limit.
    /// </summary>
    public virtual double WeightBound => BinaryConv2d.Bound;

    /// <summary>The sizes of all layers, from which the cost of one image is computed.</summary>
    public Architecture Architecture => new([.. BinaryLayers.Select(layer => layer.Shape)], RealLayers);

    /// <summary>Sets the epoch, counted from 0, in the layers whose slope of sgn depends on it.</summary>
    public virtual void SetEpoch(int epoch, int epochs)
    {
    }

    /// <summary>Sets the type in which all convolutions compute; parameters stay float32.</summary>
    public void SetPrecision(PrecisionKind precision)
    {
        foreach (var layer in modules().OfType<IConvolution>()) layer.Precision = precision;
    }

    /// <summary>
    /// Sets the initial values of all parameters and buffers: real convolutions and linear layers (weights and biases)
    /// uniform in ±1/√fan_in, binary layers uniform in <see cref="BinaryWeightRange"/>, batch normalisations as the
    /// identity, τ = 1, φ = 0. Torch's own random generator is not used.
    /// </summary>
    public void Initialise(UniformFill fill) => InitialValues.Set(this, fill);

    /// <summary>Must be called after a checkpoint has replaced the values of parameters and buffers.</summary>
    internal void OnStateReplaced()
    {
        foreach (var layer in BinaryLayers) layer.OnStateReplaced();
    }

    /// <summary>
    /// The range of a binary layer's initial real weights: PyTorch's default ±1/√fan_in unless overridden.
    /// </summary>
    internal virtual (double Low, double High) BinaryWeightRange(BinaryConv2d layer)
    {
        var bound = 1 / Math.Sqrt(layer.Weight.numel() / layer.Weight.shape[0]);
        return (-bound, bound);
    }
}
