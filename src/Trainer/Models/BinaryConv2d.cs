using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A convolution of ±1 activations with binary weights, which have two values per filter: τ·b + φ with b = ±1. The
/// layer has no bias, and its padding is 0 (neither −1 nor 1). Each derived class determines b, τ and φ from the real
/// weights by its own method.
/// </summary>
public abstract class BinaryConv2d : nn.Module<Tensor, Tensor>, IConvolution
{
    /// <summary>The usual <see cref="Network.WeightBound"/>.</summary>
    public const double Bound = 1.5;

    private const string WeightName = "weight";

    private protected BinaryConv2d(BinaryLayerShape shape, string name)
        : base(name)
    {
        Shape = shape;
        // The parameter is registered by name, because a derived class registers only the fields that it can access,
        // but not a private field of this class.
        register_parameter(WeightName,
            new Parameter(ChannelsLast.Zeros(shape.OutChannels, shape.InChannels, shape.Kernel, shape.Kernel)));
    }

    /// <summary>The sizes of the layer.</summary>
    public BinaryLayerShape Shape { get; }

    /// <summary>The value of sgn(0) and the substitute for the derivative of sgn. The network sets it.</summary>
    public SignSurrogate Surrogate { get; set; } = SignSurrogate.StraightThrough;

    /// <inheritdoc/>
    public PrecisionKind Precision { get; set; }

    /// <summary>
    /// The real weights from which the binary weights are computed: [out, in, k, k], channels last in memory.
    /// </summary>
    public Parameter Weight => get_parameter(WeightName)!;

    /// <summary>
    /// Computes τ and φ for the next forward pass. Both have the shape []; if each filter has its own τ, the shape of τ
    /// is [out, 1, 1, 1].
    /// </summary>
    public abstract (Tensor Tau, Tensor Phi) TauPhi();

    /// <summary>
    /// Returns numbers in the weights' shape that are positive exactly where the binary weight is a one.
    /// </summary>
    public virtual Tensor Signs() => Weight;

    /// <summary>
    /// Returns the weights with which a forward pass convolves: [out, in, k, k], of the precision's type or of the real
    /// weights' type.
    /// </summary>
    public abstract Tensor EffectiveWeights();

    /// <summary>
    /// x: [batch, in, h, w] of −1, 0 and 1, in any memory order. Returns [batch, out, h', w'], of the weights' type in
    /// every precision.
    /// </summary>
    public override Tensor forward(Tensor input) => Convolve(input).to(Weight.dtype);

    /// <summary>Like <see cref="forward"/>, but the result has the type of the precision.</summary>
    internal Tensor Convolve(Tensor signs)
    {
        var type = Convolution.TypeOf(this, Weight);
        return Convolution.Apply(signs.to(type), EffectiveWeights().to(type), Shape.Stride);
    }

    /// <summary>Called at the beginning of each training step, before the forward pass.</summary>
    internal virtual void OnStepStarted()
    {
    }

    /// <summary>Called after a checkpoint has replaced the values of parameters and buffers.</summary>
    internal virtual void OnStateReplaced()
    {
    }

    /// <summary>Sets the initial values of the parameters and buffers that only the derived class has.</summary>
    internal virtual void InitialiseOwnState(string name, UniformFill fill)
    {
    }
}
