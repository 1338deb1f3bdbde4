using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Adam as PyTorch computes it (β₁ .9, β₂ .999, ε 1e-8 added to √v̂, no weight decay). The rate is given with each step.
/// </summary>
public sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly List<Slot> _slots;

    /// <param name="parameters">Names and parameters, in the order of the state.</param>
    public Adam(IEnumerable<(string Name, Parameter Parameter)> parameters) =>
        _slots = [.. parameters.Select(p => new Slot(
            p.Name, p.Parameter, zeros_like(p.Parameter).DetachFromDisposeScope(), zeros_like(p.Parameter).DetachFromDisposeScope()))];

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    /// <summary>The moments, by name and in a fixed order. With <see cref="Steps"/> they are all of its state; to restore it, copy into them.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> State =>
        [.. _slots.SelectMany(slot => new[] { ($"{slot.Name}.exp_avg", slot.Mean), ($"{slot.Name}.exp_avg_sq", slot.Square) })];

    /// <summary>One step from the parameters' gradients.</summary>
    public void Step(double learningRate)
    {
        using var _ = no_grad();
        Steps++;
        var stepSize = learningRate / (1 - Math.Pow(Beta1, Steps));
        var root = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        foreach (var (_, parameter, mean, square) in _slots)
        {
            var gradient = parameter.grad;
            if (gradient is null) continue;
            mean.lerp_(gradient, 1 - Beta1);
            square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            using var denominator = square.sqrt().div_(root).add_(Epsilon);
            parameter.addcdiv_(mean, denominator, -stepSize);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Mean.Dispose();
            slot.Square.Dispose();
        }
    }

    private sealed record Slot(string Name, Parameter Parameter, Tensor Mean, Tensor Square);
}
