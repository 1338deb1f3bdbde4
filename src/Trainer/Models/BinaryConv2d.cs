using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A convolution of ±1 activations with weights of two values per filter, τ·b + φ with b = ±1. It has no bias, and its
/// zero padding stays 0. Each method determines b, τ and φ from the real weights in its own way.
/// </summary>
public abstract class BinaryConv2d : nn.Module<Tensor, Tensor>, IConvolution
{
    /// <summary>The real weights are clamped to [−Bound, +Bound] after every step.</summary>
    public const double Bound = 1.5;

    private const string WeightName = "weight";

    private protected BinaryConv2d(BinaryLayerShape shape, string name)
        : base(name)
    {
        Shape = shape;
        // Registered by name: a derived class registers the fields that it can access, which excludes a private field
        // of this class.
        register_parameter(WeightName,
            new Parameter(ChannelsLast.Zeros(shape.OutChannels, shape.InChannels, shape.Kernel, shape.Kernel)));
    }

    /// <summary>Sizes of the layer.</summary>
    public BinaryLayerShape Shape { get; }

    /// <summary>sgn of the real weights and the substitute for its derivative; set by the network.</summary>
    public SignSurrogate Surrogate { get; set; } = SignSurrogate.StraightThrough;

    /// <inheritdoc/>
    public PrecisionKind Precision { get; set; }

    /// <summary>The real weights behind the binary ones: [out, in, k, k], channels last in memory.</summary>
    public Parameter Weight => get_parameter(WeightName)!;

    /// <summary>
    /// τ and φ of the next forward pass: of shape [], or τ of shape [out, 1, 1, 1] where each filter has its own.
    /// </summary>
    public abstract (Tensor Tau, Tensor Phi) TauPhi();

    /// <summary>Numbers in the weights' shape that are positive where the binary weight is a one.</summary>
    public virtual Tensor Signs() => Weight;

    /// <summary>
    /// The weights that a forward pass convolves with: [out, in, k, k], either of the type that it computes in or of
    /// the real weights' type.
    /// </summary>
    public abstract Tensor EffectiveWeights();

    /// <summary>
    /// x: [batch, in, h, w] of −1, 0 and 1, in any memory order. Returns [batch, out, h', w'], of the weights' type in
    /// every precision.
    /// </summary>
    public override Tensor forward(Tensor input) => Convolve(input).to(Weight.dtype);

    /// <summary>The same, of the type in which the precision computes.</summary>
    internal Tensor Convolve(Tensor signs)
    {
        var type = Convolution.TypeOf(this, Weight);
        return Convolution.Apply(signs.to(type), EffectiveWeights().to(type), Shape.Stride);
    }

    /// <summary>Called when a checkpoint has replaced parameters and buffers.</summary>
    internal virtual void StateReplaced()
    {
    }

    /// <summary>Sets the initial values of parameters and buffers that only this method has.</summary>
    internal virtual void InitialiseRest(string name, UniformFill fill)
    {
    }
}
