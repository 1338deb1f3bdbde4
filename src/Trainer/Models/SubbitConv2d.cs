using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// Subbit's binary layer, a baseline of Table 3. Each 3×3 kernel of w is replaced by the nearest (Euclidean) of the
/// layer's 2^bits patterns of ±1, and then scaled as in <see cref="ReActConv2d"/>. So only bits/9 bits per weight are
/// stored. The patterns are the signs of learned real numbers. At each 25th training step these numbers receive a
/// gradient and are clamped to ±3, and if two patterns are equal, the second is replaced by a random unused pattern. A
/// number nearer to 0 than 1e-3 keeps its previous sign. (The authors' code also counts evaluations as steps, and
/// shifts the patterns after a replaced one. Neither is reproduced, because the number of test images must not change a
/// training.)
/// </summary>
public sealed class SubbitConv2d : ChannelScaledConv2d
{
    /// <summary>The patterns' real numbers are clamped to [−PatternBound, +PatternBound].</summary>
    public const double PatternBound = 3;

    /// <summary>The number of training steps between learning steps of the patterns.</summary>
    public const int LearningInterval = 25;

    private const int KernelWeights = 9;
    private const int AllPatterns = 512;
    private const double SignThreshold = 1e-3;

    [ComponentName(Name = "patterns")]
    private readonly Parameter _patterns;

    [ComponentName(Name = "memory")]
    private readonly Tensor _previousSigns;

    [ComponentName(Name = "calls")]
    private readonly Tensor _calls;

    private (string Name, UniformFill Fill)? _random;
    private long? _stepCount; // The value of _calls on the CPU, so that no step waits for the device.

    /// <param name="shape">The layer's sizes; its kernels must be 3×3.</param>
    /// <param name="bits">The number of bits that name a pattern, 1 to 8.</param>
    public SubbitConv2d(BinaryLayerShape shape, int bits)
        : base(shape, nameof(SubbitConv2d))
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(shape.Kernel, 3, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 8);
        Bits = bits;
        _patterns = new Parameter(ones(1 << bits, KernelWeights));
        _previousSigns = ones(1 << bits, KernelWeights);
        _calls = zeros([], int64);
        RegisterComponents();
    }

    /// <summary>The number of bits that are stored for each kernel.</summary>
    public int Bits { get; }

    /// <summary>The real numbers whose signs are the patterns: [2^bits, 9], one kernel per row, row-major.</summary>
    public Parameter Patterns => _patterns;

    /// <summary>Returns the number of each kernel's pattern: [out·in], int64.</summary>
    public Tensor Choices()
    {
        using var _ = no_grad();
        return PatternChoice.Nearest(Weight, CurrentPatterns());
    }

    /// <inheritdoc/>
    public override Tensor Signs()
    {
        using var _ = no_grad();
        var patterns = CurrentPatterns();
        return PatternChoice.Gather(patterns, PatternChoice.Nearest(Weight, patterns), Weight);
    }

    /// <inheritdoc/>
    public override Tensor EffectiveWeights() => Quantise().mul(ChannelScale());

    /// <summary>
    /// Returns the kernels as patterns of ±1: [out, in, 3, 3]. In training mode each call counts as a step.
    /// </summary>
    public Tensor Quantise()
    {
        using (no_grad()) _previousSigns.copy_(CurrentPatterns());
        if (!training) return PatternChoice.Apply(Weight, _patterns, _previousSigns, learns: false);

        _stepCount = (_stepCount ?? _calls.item<long>()) + 1;
        _calls.add_(Scalars.One, Scalars.One);
        var learns = _stepCount % LearningInterval == 0;
        var quantised = PatternChoice.Apply(Weight, _patterns, _previousSigns, learns);
        if (learns) ReplaceRepeatedPatterns();
        return quantised;
    }

    /// <summary>
    /// Draws distinct random patterns. Each later replacement uses its own random stream, so checkpoints need no
    /// generator state.
    /// </summary>
    internal override void InitialiseOwnState(string name, UniformFill fill)
    {
        _random = (name, fill);
        using var _ = no_grad();
        var free = Enumerable.Range(0, AllPatterns).ToList();
        SetRows(Enumerable.Range(0, 1 << Bits), free, $"{name}.patterns");
        _previousSigns.copy_(_patterns);
        _calls.zero_();
        _stepCount = 0;
    }

    /// <inheritdoc/>
    internal override void OnStateReplaced() => _stepCount = null;

    private Tensor CurrentPatterns()
    {
        using var _ = no_grad();
        return where(_patterns.abs().IsAtLeast(SignThreshold), _patterns.sign(), _previousSigns);
    }

    private void ReplaceRepeatedPatterns()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var powers = pow(2, Scalars.Range(KernelWeights, _patterns.device)).to(int64);
        var numbers = _patterns.gt(Scalars.Zero).to(int64).mul_(powers).sum(1).cpu().data<long>().ToArray();
        var first = new HashSet<long>();
        var repeats = Enumerable.Range(0, numbers.Length).Where(row => !first.Add(numbers[row])).ToList();
        if (repeats.Count > 0)
        {
            var (name, _) = _random
                ?? throw new InvalidOperationException("a layer must be initialised before it trains");
            var free = Enumerable.Range(0, AllPatterns).Where(number => !first.Contains(number)).ToList();
            SetRows(repeats, free, FormattableString.Invariant($"{name}.patterns.{_stepCount}"));
        }

        _patterns.Bound_(PatternBound);
    }

    private void SetRows(IEnumerable<int> rows, List<int> free, string stream)
    {
        var list = rows.ToList();
        var uniform = new float[list.Count];
        _random!.Value.Fill(stream, uniform);
        for (var i = 0; i < list.Count; i++)
        {
            var chosen = (int)(uniform[i] * free.Count);
            var number = free[chosen];
            free.RemoveAt(chosen);
            using var pattern =
                tensor([.. Enumerable.Range(0, KernelWeights).Select(bit => (number >> bit & 1) == 1 ? 1f : -1f)]);
            _patterns[list[i]].copy_(pattern);
        }
    }
}
