using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The penalty of Eq. 16–18 on the binary layers, which is γ of the total loss whenever it is active. No gradient flows
/// through λ. All weights of a layer receive the same gradient, which contains s = dU/dw (<see
/// cref="PenaltySettings.OnesSlope"/>): 1/2, or 1 in ImageNet's layout. No method waits for the device.
/// <para>
/// Global: h = max(0, U/N − EC) over all layers together, λ = γ/(1 − γ)·L/h, and every weight receives s·λ/N.
/// </para>
/// <para>
/// Per layer (our variant): h_l = max(0, U_l/N_l − EC) and λ_l = γ/(1 − γ)·L/h_l·N_l/N_A, where N_A counts the weights
/// of the layers above the target. Each of these layers has a share of γ in proportion to its weights, so Σ λ_l·h_l is
/// γ of the total. The weights of layer l receive s·λ_l/N_l. When all layers exceed the target equally, this equals
/// the global penalty.
/// </para>
/// </summary>
/// <param name="settings">Target, γ and scope.</param>
/// <param name="layerWeights">N, the number of weights, of each binary layer.</param>
public sealed class SparsityPenalty(PenaltySettings settings, IReadOnlyList<long> layerWeights) : IDisposable
{
    private readonly long _binaryWeights = layerWeights.Sum();
    private Tensor? _layerWeights; // A tensor on the device, created at the first use.

    /// <summary>True when the trial has a target and γ is above 0; false when the penalty is always 0.</summary>
    public bool IsOn { get; } = settings.HasTarget && settings.Gamma > 0;

    /// <summary>Counts U of each layer, the weights above 0: [layers], int64.</summary>
    public static Tensor CountOnes(IEnumerable<Tensor> weights)
    {
        using var _ = no_grad();
        var all = weights.ToList();
        if (!all.TrueForAll(ChannelRows.IsSupported)) return stack(all.Select(w => w.gt(Scalars.Zero).sum()));
        return tensor(all.Select(ChannelRows.Dense)
            .Select(w => (long)ChannelLoop.Sum(new OnesKernel(w), w.Count, 1, 2)[0][0]).ToArray());
    }

    /// <summary>Computes the penalty from the numbers of ones and the loss.</summary>
    /// <param name="ones">U of each layer, [layers].</param>
    /// <param name="loss">The loss without the penalty, a scalar. The penalty adds no gradient to it.</param>
    public PenaltyTerm Evaluate(Tensor ones, Tensor loss)
    {
        using var _ = no_grad();
        return settings.Scope == PenaltyScope.PerLayer ? EvaluatePerLayer(ones, loss) : EvaluateGlobal(ones, loss);
    }

    /// <inheritdoc/>
    public void Dispose() => _layerWeights?.Dispose();

    private PenaltyTerm EvaluateGlobal(Tensor ones, Tensor loss)
    {
        var h = Excess(ones.sum().to(float64).Over_(_binaryWeights));
        var lambda = Lambda(h, loss);
        return new PenaltyTerm(h, lambda, lambda.Over(_binaryWeights / settings.OnesSlope).expand(ones.shape));
    }

    private PenaltyTerm EvaluatePerLayer(Tensor ones, Tensor loss)
    {
        var weights = _layerWeights ??= tensor(layerWeights.ToArray(), float64).UploadTo(ones.device)
            .DetachFromDisposeScope();
        var h = Excess(ones.to(float64).div_(weights));
        var active = h.IsAbove(settings.Threshold).to(float64).mul_(weights);
        var lambdas = Lambda(h, loss).mul_(active).div_(active.sum().clamp_(min: Scalars.One));
        var mean = h.mul(weights).sum().Over_(_binaryWeights);
        // The single λ that gives the same penalty at the mean excess, for the recorded metrics.
        var lambda = lambdas.mul(h).sum().div_(mean);
        var recorded = where(mean.gt(Scalars.Zero), lambda, zeros_like(lambda));
        return new PenaltyTerm(mean, recorded, lambdas.div(weights).Times_(settings.OnesSlope));
    }

    private Tensor Excess(Tensor fraction) => settings.HasTarget
        ? fraction.Minus_(settings.ExpectedConnections!.Value).clamp_(min: Scalars.Zero)
        : zeros_like(fraction);

    // Returns γ/(1 − γ)·L/h, or 0 where h is too small.
    private Tensor Lambda(Tensor h, Tensor loss)
    {
        if (!IsOn) return zeros_like(h);
        var lambda = loss.detach().to(float64).Times(settings.Gamma / (1 - settings.Gamma)).div(h);
        return where(h.IsAbove(settings.Threshold), lambda, zeros_like(h));
    }
}

/// <summary>The value of the penalty and its gradients, on the device, in float64.</summary>
/// <param name="H">h, a scalar; per layer, the mean of h_l over all weights.</param>
/// <param name="Lambda">λ, a scalar: the penalty is λ·h.</param>
/// <param name="Gradients">For each layer, the gradient that all of its weights receive: [layers].</param>
public readonly record struct PenaltyTerm(Tensor H, Tensor Lambda, Tensor Gradients);
