using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Adam = Sbnn.Sweeps.Trainer.Method.Adam;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// One training step in the authors' order: mix, forward, loss, penalty from the weights before the update, backward,
/// Adam on all parameters, clamp of the binary weights. The network must be in training mode, and its device and
/// precision must not change. No method waits for the device.
/// </summary>
public sealed class TrainingStep : IDisposable
{
    private readonly Network _network;
    private readonly IReadOnlyList<Parameter> _binaryWeights;
    private readonly SparsityPenalty _penalty;

    /// <param name="network">The network, on its device and in its precision.</param>
    /// <param name="penalty">The settings of the sparsity penalty.</param>
    public TrainingStep(Network network, PenaltySettings penalty)
    {
        _network = network;
        _binaryWeights = [.. network.BinaryLayers.Select(layer => layer.Weight)];
        _penalty = new SparsityPenalty(penalty, [.. network.BinaryLayers.Select(layer => layer.Shape.Weights)]);
        // The parameters are compared by reference, because Equals of tensors compares their values on the device.
        var bounded = _binaryWeights.ToHashSet<object>(ReferenceEqualityComparer.Instance);
        Adam = new Adam(network.named_parameters()
            .Select(p => (p.name, p.parameter,
                bounded.Contains(p.parameter) ? network.WeightBound : double.PositiveInfinity)));
    }

    /// <summary>Creates the step of a trial.</summary>
    public static TrainingStep Of(TrialSpec trial, Network network) => new(network, PenaltySettings.Of(trial));

    /// <summary>The optimizer, whose state is a part of checkpoints.</summary>
    public Adam Adam { get; }

    /// <summary>
    /// Trains on one batch. The outcome belongs to the caller's dispose scope; all other tensors are released. The
    /// parameters keep their gradients (of the total loss) until the next step.
    /// </summary>
    /// <param name="images">[batch, 3, h, w], normalised, on the network's device.</param>
    /// <param name="labels">[batch], int64.</param>
    /// <param name="mixing">mixup's λ and permutation for this batch; null without mixup.</param>
    /// <param name="learningRate">Adam's learning rate.</param>
    public StepOutcome Run(Tensor images, Tensor labels, Mixing? mixing, double learningRate)
    {
        using var scope = NewDisposeScope();
        Adam.ZeroGradients();
        foreach (var layer in _network.BinaryLayers) layer.OnStepStarted();
        var loss = Forward(images, labels, mixing);
        var ones = SparsityPenalty.CountOnes(_binaryWeights).to(loss.device);
        var penalty = _penalty.Evaluate(ones, loss);
        BackwardGuard.Run(loss);
        if (_penalty.IsOn) AddToGradients(penalty.Gradients);
        Adam.Step(learningRate); // This also clamps the binary weights to their bounds.
        var metrics = stack(
            [loss.detach().to(float64), penalty.Lambda * penalty.H, penalty.Lambda, ones.sum().to(float64)]);
        return new StepOutcome(metrics.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Adam.Dispose();
        _penalty.Dispose();
    }

    // This method has its own scope, so that tensors which autograd does not keep are released before the backward
    // pass.
    private Tensor Forward(Tensor images, Tensor labels, Mixing? mixing)
    {
        using var scope = NewDisposeScope();
        var output = _network.forward(mixing?.Mix(images) ?? images);
        var loss = mixing?.Loss(output, labels) ?? nn.functional.nll_loss(output, labels);
        return loss.MoveToOuterDisposeScope();
    }

    private void AddToGradients(Tensor byLayer)
    {
        using var _ = no_grad();
        for (var layer = 0; layer < _binaryWeights.Count; layer++)
        {
            var weight = _binaryWeights[layer];
            weight.grad!.Plus_(byLayer[layer].to(weight.dtype));
        }
    }
}
