using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// Fills a parameter's initial values with numbers uniform in [0, 1), from a stream of that parameter's own.
/// </summary>
/// <param name="parameter">The parameter's name in the state dict.</param>
/// <param name="values">To be filled, row-major.</param>
public delegate void UniformFill(string parameter, Span<float> values);

/// <summary>
/// A network with binary convolutions, or with none: [batch, 3, h, w] images in, [batch, outputs] log-probabilities
/// out. Parameters and buffers are enumerated in one fixed order (construction), which checkpoints rely on.
/// </summary>
public abstract class Network(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The binary layers, in forward order; empty for a full-precision network.</summary>
    public abstract IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <summary>The full-precision convolutions and linear layers, in forward order.</summary>
    public abstract IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <summary>Bits that name a kernel's pattern in Subbit's layers; null when the layers are others.</summary>
    public int? PatternBits => BinaryLayers.OfType<SubbitConv2d>().FirstOrDefault()?.Bits;

    /// <summary>All layers, and what an image costs in them.</summary>
    public Architecture Architecture => new([.. BinaryLayers.Select(layer => layer.Shape)], RealLayers);

    /// <summary>Tells the epoch, counted from 0, to what changes with it.</summary>
    public virtual void SetEpoch(int epoch, int epochs)
    {
    }

    /// <summary>Sets what all convolutions multiply in; parameters stay float32.</summary>
    public void SetPrecision(PrecisionKind precision)
    {
        foreach (var layer in modules().OfType<IConvolution>()) layer.Precision = precision;
    }

    /// <summary>
    /// Gives all parameters and buffers their initial values: real convolutions and linear layers (weights and biases)
    /// uniform in ±1/√fan_in, binary ones as <see cref="BinaryWeightRange"/> says, batch normalisations the identity, τ
    /// = 1, φ = 0. Nothing is drawn
    /// from torch's own generator.
    /// </summary>
    public void Initialise(UniformFill fill) => InitialValues.Set(this, fill);

    /// <summary>To be called after parameters and buffers were written from outside, by a checkpoint.</summary>
    internal void StateReplaced()
    {
        foreach (var layer in BinaryLayers) layer.StateReplaced();
    }

    /// <summary>
    /// Between which numbers a binary layer's real weights start: ±1/√fan_in, PyTorch's default, where nothing else is
    /// said.
    /// </summary>
    internal virtual (double Low, double High) BinaryWeightRange(BinaryConv2d layer)
    {
        var bound = 1 / Math.Sqrt(layer.Weight.numel() / layer.Weight.shape[0]);
        return (-bound, bound);
    }
}
