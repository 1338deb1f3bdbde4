using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A convolution of ±1 activations with weights of two values a filter, τ·b + φ with b = ±1: no bias, zero padding that
/// stays 0. How b, τ and φ follow from the real weights is each method's own.
/// </summary>
public abstract class BinaryConv2d : nn.Module<Tensor, Tensor>, IConvolution
{
    /// <summary>The real weights are held in [−Bound, +Bound] after every step.</summary>
    public const double Bound = 1.5;

    private const string WeightName = "weight";

    private protected BinaryConv2d(BinaryLayerShape shape, string name)
        : base(name)
    {
        Shape = shape;
        // By name: a derived class registers the fields that it sees, which a private one of this class is not.
        register_parameter(WeightName,
            new Parameter(ChannelsLast.Zeros(shape.OutChannels, shape.InChannels, shape.Kernel, shape.Kernel)));
    }

    /// <summary>Sizes of the layer.</summary>
    public BinaryLayerShape Shape { get; }

    /// <summary>sgn of the real weights and what stands for its derivative; the network's to set.</summary>
    public SignSurrogate Surrogate { get; set; } = SignSurrogate.StraightThrough;

    /// <inheritdoc/>
    public PrecisionKind Precision { get; set; }

    /// <summary>The real weights behind the binary ones: [out, in, k, k], channels last in memory.</summary>
    public Parameter Weight => get_parameter(WeightName)!;

    /// <summary>
    /// τ and φ as the next forward pass uses them: of shape [], or τ of shape [out, 1, 1, 1] where each filter has its
    /// own.
    /// </summary>
    public abstract (Tensor Tau, Tensor Phi) TauPhi();

    /// <summary>Numbers of the weights' shape, positive where the binary weight is a one.</summary>
    public virtual Tensor Signs() => Weight;

    /// <summary>
    /// The weights that a forward pass convolves with: [out, in, k, k], of the type that it computes in or of the real
    /// weights'.
    /// </summary>
    public abstract Tensor EffectiveWeights();

    /// <summary>
    /// x: [batch, in, h, w] of −1, 0 and 1, in any memory order. Gives [batch, out, h', w'], of the weights' type in
    /// every precision.
    /// </summary>
    public override Tensor forward(Tensor input) => Convolve(input).to(Weight.dtype);

    /// <summary>The same, of the type that the precision computes in.</summary>
    internal Tensor Convolve(Tensor signs)
    {
        var type = Convolution.TypeOf(this, Weight);
        return Convolution.Apply(signs.to(type), EffectiveWeights().to(type), Shape.Stride);
    }

    /// <summary>Told when parameters and buffers were written from outside, by a checkpoint.</summary>
    internal virtual void StateReplaced()
    {
    }

    /// <summary>Gives initial values to what only this method has.</summary>
    internal virtual void InitialiseRest(string name, UniformFill fill)
    {
    }
}
