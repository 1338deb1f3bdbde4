using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Subbit's quantiser: every kernel of w is replaced by the nearest of the given patterns. In the backward pass w
/// receives the gradient where |w| ≤ 1. At a learning step each pattern receives the sum of the gradients of the
/// kernels that chose it. At other steps it receives 0, so Adam still moves it by its moments.
/// </summary>
public sealed class PatternChoice : autograd.SingleTensorFunction<PatternChoice>
{
    public override string Name => nameof(PatternChoice);

    /// <summary>Returns the nearest patterns of all kernels, in w's shape.</summary>
    /// <param name="w">[out, in, 3, 3].</param>
    /// <param name="learned">
    /// The real numbers whose signs are the patterns, and which receive the gradient: [patterns, 9].
    /// </param>
    /// <param name="patterns">The patterns, ±1: [patterns, 9].</param>
    /// <param name="learns">True for a learning step.</param>
    public static Tensor Apply(Tensor w, Tensor learned, Tensor patterns, bool learns) =>
        ForwardScope.Run(() => apply(w, learned, patterns, learns));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (w, patterns) = ((Tensor)vars[0], (Tensor)vars[2]);
        var choices = Nearest(w, patterns);
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([w, choices]);
        ctx.save_data(nameof(patterns), patterns.shape[0]);
        ctx.save_data("learns", vars[3]);
        return Gather(patterns, choices, w);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(4, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        using var w = saved[0];
        using var choices = saved[1];
        var kernels = Kernels(grad_output);
        var count = (long)ctx.get_data("patterns");
        // The sums are computed as a matrix product, because index_add_ is slow and may sum in another order each time.
        var gradPatterns = (bool)ctx.get_data("learns")
            ? Scalars.Range(count, w.device).unsqueeze(1).eq(choices).to(w.dtype).matmul(kernels)
            : zeros([count, kernels.shape[1]], w.dtype, w.device);
        return [w.abs().le(Scalars.One).to(w.dtype).mul_(grad_output), gradPatterns, null!, null!];
    }

    /// <summary>Returns the number of the pattern that is nearest to each kernel: [out·in], int64.</summary>
    internal static Tensor Nearest(Tensor w, Tensor patterns)
    {
        using var _ = no_grad();
        // All patterns have the same Euclidean norm, so the nearest pattern has the greatest inner product.
        return Kernels(w).matmul(patterns.t()).argmax(1);
    }

    /// <summary>Returns the chosen patterns, in w's shape.</summary>
    internal static Tensor Gather(Tensor patterns, Tensor choices, Tensor w) =>
        patterns.index_select(0, choices).reshape(w.shape);

    private static Tensor Kernels(Tensor w) => w.reshape(-1, w.shape[2] * w.shape[3]);
}
