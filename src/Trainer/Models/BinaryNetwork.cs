using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>Fills a parameter's initial values with numbers uniform in [0, 1), from a stream of that parameter's own.</summary>
/// <param name="parameter">The parameter's name in the state dict.</param>
/// <param name="values">To be filled, row-major.</param>
public delegate void UniformFill(string parameter, Span<float> values);

/// <summary>
/// A network with binary convolutions: [batch, 3, h, w] images in, [batch, classes] log-probabilities out. Parameters and buffers
/// are enumerated in one fixed order (construction), which checkpoints rely on.
/// </summary>
public abstract class BinaryNetwork(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The binary layers, in forward order.</summary>
    public abstract IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <summary>The full-precision convolutions and linear layers, in forward order.</summary>
    public abstract IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <summary>All layers, and what an image costs in them.</summary>
    public Architecture Architecture => new([.. BinaryLayers.Select(layer => layer.Shape)], RealLayers, parameters().Sum(p => p.numel()));

    /// <summary>Sets the slope of sgn for an epoch, counted from 0.</summary>
    public void SetEpoch(int epoch, int epochs) => SetSurrogate(new SignSurrogate(Schedules.SurrogateT(epoch, epochs), Schedules.SurrogateK(epoch, epochs)));

    /// <summary>Sets the slope of sgn in all layers.</summary>
    public void SetSurrogate(SignSurrogate surrogate)
    {
        foreach (var layer in BinaryLayers) layer.Surrogate = surrogate;
    }

    /// <summary>Sets what all convolutions multiply in; parameters stay float32.</summary>
    public void SetPrecision(PrecisionKind precision)
    {
        foreach (var layer in modules().OfType<IConvolution>()) layer.Precision = precision;
    }

    /// <summary>
    /// Gives all parameters and buffers their initial values: convolutions and linear layers (weights and biases) uniform in
    /// ±1/√fan_in, batch normalisations the identity, τ = 1, φ = 0. Nothing is drawn from torch's own generator.
    /// </summary>
    public void Initialise(UniformFill fill) => InitialValues.Set(this, fill);
}
