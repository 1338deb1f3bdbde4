using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The paper's binary layer: w_q = τ·sgn(w) + φ (Sec. 3.3), with one τ and one φ per layer. A binary weight is a one
/// when w &gt; 0.
/// </summary>
public sealed class SbnnConv2d : BinaryConv2d
{
    [ComponentName(Name = "tau")]
    private readonly Parameter? _tau;

    [ComponentName(Name = "phi")]
    private readonly Parameter? _phi;

    /// <param name="shape">The layer's sizes.</param>
    /// <param name="domain">How τ and φ are determined. If they are learned, they start at 1 and 0.</param>
    public SbnnConv2d(BinaryLayerShape shape, DomainKind domain)
        : base(shape, nameof(SbnnConv2d))
    {
        Domain = domain;
        if (domain == DomainKind.Learned)
        {
            _tau = new Parameter(ones([]));
            _phi = new Parameter(zeros([]));
        }

        RegisterComponents();
    }

    /// <summary>How τ and φ are determined.</summary>
    public DomainKind Domain { get; }

    /// <inheritdoc/>
    public override (Tensor Tau, Tensor Phi) TauPhi() => Domain switch
    {
        DomainKind.Learned => (_tau!, _phi!),
        DomainKind.ClosedForm => WeightDomain.ClosedForm(Weight),
        DomainKind.Symmetric => WeightDomain.Symmetric(Weight),
        DomainKind.ZeroOne => WeightDomain.ZeroOne(Weight),
        DomainKind.ClosedFormCentred => WeightDomain.ClosedFormCentred(Weight),
        _ => throw new InvalidOperationException($"unknown domain: {Domain}"),
    };

    /// <inheritdoc/>
    public override Tensor EffectiveWeights()
    {
        var (tau, phi) = TauPhi();
        return EffectiveWeight.Apply(Weight, tau, phi, Surrogate, Convolution.TypeOf(this, Weight));
    }
}
