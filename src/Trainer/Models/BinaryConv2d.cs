using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A convolution of sgn(x) with the effective weight τ·sgn(w) + φ: no bias, zero padding that stays 0. A weight is a one when w &gt; 0.
/// </summary>
public sealed class BinaryConv2d : nn.Module<Tensor, Tensor>, IConvolution
{
    /// <summary>Binary weights are held in [−Bound, +Bound] after every step.</summary>
    public const double Bound = 1.5;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "tau")]
    private readonly Parameter? _tau;

    [ComponentName(Name = "phi")]
    private readonly Parameter? _phi;

    /// <param name="shape">Sizes of the layer.</param>
    /// <param name="domain">How τ and φ are found; learned ones start at 1 and 0.</param>
    public BinaryConv2d(BinaryLayerShape shape, DomainKind domain)
        : base(nameof(BinaryConv2d))
    {
        (Shape, Domain) = (shape, domain);
        _weight = new Parameter(ChannelsLast.Zeros(shape.OutChannels, shape.InChannels, shape.Kernel, shape.Kernel));
        if (domain == DomainKind.Learned)
        {
            _tau = new Parameter(ones([]));
            _phi = new Parameter(zeros([]));
        }

        RegisterComponents();
    }

    /// <summary>Sizes of the layer.</summary>
    public BinaryLayerShape Shape { get; }

    /// <summary>How τ and φ are found.</summary>
    public DomainKind Domain { get; }

    /// <summary>The slope of sgn in the backward pass; set once an epoch.</summary>
    public SignSurrogate Surrogate { get; set; } = new(0.1, 10);

    /// <inheritdoc/>
    public PrecisionKind Precision { get; set; }

    /// <summary>The real weights behind the binary ones: [out, in, k, k], channels last in memory.</summary>
    public Parameter Weight => _weight;

    /// <summary>τ and φ (shape []) as the next forward pass uses them.</summary>
    public (Tensor Tau, Tensor Phi) TauPhi() => Domain switch
    {
        DomainKind.Learned => (_tau!, _phi!),
        DomainKind.ClosedForm => WeightDomain.ClosedForm(_weight),
        DomainKind.Symmetric => WeightDomain.Symmetric(_weight),
        _ => throw new InvalidOperationException($"no such domain: {Domain}"),
    };

    /// <summary>x: [batch, in, h, w], real, in any memory order. Gives [batch, out, h', w'], of the weights' type in every precision.</summary>
    public override Tensor forward(Tensor input) => Convolve(SignFunction.Apply(input, Surrogate)).to(_weight.dtype);

    /// <summary>The same for an input whose sgn is taken already; of the type that the precision computes in.</summary>
    internal Tensor Convolve(Tensor signs)
    {
        var (tau, phi) = TauPhi();
        var type = Convolution.TypeOf(this, _weight);
        return Convolution.Apply(signs.to(type), EffectiveWeight.Apply(_weight, tau, phi, Surrogate, type), Shape.Stride);
    }
}
