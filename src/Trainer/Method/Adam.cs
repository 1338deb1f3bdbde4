using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Adam as PyTorch computes it (β₁ 0.9, β₂ 0.999, ε 1e-8 added to √v̂, no weight decay). The caller passes the learning
/// rate to each step. After a step, parameters with a bound are clamped to it.
/// </summary>
public sealed class Adam : IDisposable
{
    internal const double Beta1 = 0.9;
    internal const double Beta2 = 0.999;
    internal const double Epsilon = 1e-8;

    private readonly List<Slot> _slots;

    /// <param name="parameters">
    /// The parameters with their names, in the order of <see cref="State"/>. After each step a parameter is clamped to
    /// ±Bound; an infinite bound does not limit it. The parameters' memory must stay at its address.
    /// </param>
    public Adam(IEnumerable<(string Name, Parameter Parameter, double Bound)> parameters) =>
        _slots = [.. parameters.Select(p => new Slot(p.Name, p.Parameter, p.Bound))];

    /// <summary>The number of finished steps.</summary>
    public long Steps { get; set; }

    /// <summary>
    /// The moments with their names, in a fixed order. Together with <see cref="Steps"/> they are the optimizer's whole
    /// state. To restore a state, copy its values into these tensors.
    /// </summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> State =>
        [.. _slots.SelectMany(slot =>
            new[] { ($"{slot.Name}.exp_avg", slot.Mean), ($"{slot.Name}.exp_avg_sq", slot.Square) })];

    /// <summary>Removes the parameters' gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var slot in _slots) slot.Parameter.grad = null;
    }

    /// <summary>Updates the parameters from their gradients; a parameter without a gradient stays unchanged.</summary>
    public void Step(double learningRate)
    {
        using var _ = no_grad();
        Steps++;
        var stepSize = learningRate / (1 - Math.Pow(Beta1, Steps));
        var root = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        foreach (var slot in _slots)
        {
            using var gradient = slot.Parameter.grad;
            if (gradient is not null) slot.Step(gradient, stepSize, root);
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

    private sealed class Slot
    {
        private readonly double _bound;
        private readonly long[] _strides;

        // The memory of the tensors, for the fused kernel; null when the kernel does not support them.
        private readonly (ChannelRows Parameter, ChannelRows Mean, ChannelRows Square)? _memory;

        public Slot(string name, Parameter parameter, double bound)
        {
            (Name, Parameter, _bound, _strides) = (name, parameter, bound, parameter.stride());
            (Mean, Square) = (
                zeros_like(parameter).DetachFromDisposeScope(),
                zeros_like(parameter).DetachFromDisposeScope());
            if (ChannelRows.IsSupported(parameter) && HasSameStrides(Mean) && HasSameStrides(Square))
                _memory = (ChannelRows.Dense(parameter), ChannelRows.Dense(Mean), ChannelRows.Dense(Square));
        }

        public string Name { get; }

        public Parameter Parameter { get; }

        public Tensor Mean { get; }

        public Tensor Square { get; }

        public void Step(Tensor gradient, double stepSize, double root)
        {
            if (_memory is var (parameter, mean, square) && HasSameStrides(gradient))
            {
                ChannelLoop.Run(
                    new AdamKernel(
                        parameter, ChannelRows.Dense(gradient), mean, square, (float)stepSize, (float)root,
                        (float)_bound),
                    parameter.Count,
                    1);
                return;
            }

            Mean.lerp_(gradient, 1 - Beta1);
            Square.Times_(Beta2).PlusProduct_(gradient, gradient, 1 - Beta2);
            using var denominator = Square.sqrt().Over_(root).Plus_(Epsilon);
            Parameter.PlusRatio_(Mean, denominator, -stepSize);
            if (double.IsFinite(_bound)) Parameter.Bound_(_bound);
        }

        private bool HasSameStrides(Tensor tensor)
        {
            for (var i = 0; i < _strides.Length; i++)
            {
                if (tensor.stride(i) != _strides[i]) return false;
            }

            return true;
        }
    }
}
