using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// A 3×3 convolution with padding 1 in which each output channel depends on one input channel only, computed as nine
/// sums of products, because torch's own may be wrong (<see cref="Models.Convolution"/>). Sums are float32 even for
/// bfloat16.
/// </summary>
internal sealed class DepthwiseConvolution : autograd.SingleTensorFunction<DepthwiseConvolution>
{
    private const int Kernel = 3;
    private const int Padding = 1;

    public override string Name => nameof(DepthwiseConvolution);

    /// <summary>
    /// x: [n, c, h, w]; weight: [c, 1, 3, 3], of x's type. Returns [n, c, ⌈h/stride⌉, ⌈w/stride⌉] of that type.
    /// </summary>
    public static Tensor Apply(Tensor x, Tensor weight, int stride) =>
        ForwardScope.Run(() => apply(x, weight, stride));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, stride) = ((Tensor)vars[0], (Tensor)vars[1], (int)vars[2]);
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([x, weight]);
        ctx.save_data(nameof(stride), stride);
        var padded = Padded(x);
        var factors = Factors(weight);
        var y = zeros(
            [x.shape[0], Places(x.shape[2], stride), Places(x.shape[3], stride), x.shape[1]],
            padded.dtype,
            x.device).permute(0, 3, 1, 2);
        for (var place = 0; place < Kernel * Kernel; place++)
        {
            using var shifted = Shifted(padded, place, y, stride);
            using var factor = factors[place];
            y.PlusProduct_(shifted, factor, 1);
        }

        return y.to(x.dtype);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(3, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        using var x = saved[0];
        using var weight = saved[1];
        var stride = (int)ctx.get_data("stride");
        var padded = Padded(x);
        var factors = Factors(weight);
        var gradient = grad_output.to(padded.dtype);
        var paddedGradient = zeros_like(padded);
        var weightGradient = zeros_like(factors);
        for (var place = 0; place < Kernel * Kernel; place++)
        {
            // These tensors are released here instead of at the end of the backward function, because they are large.
            using var scope = NewDisposeScope();
            Shifted(paddedGradient, place, gradient, stride).PlusProduct_(gradient, factors[place], 1);
            weightGradient[place].copy_(
                Shifted(padded, place, gradient, stride).mul(gradient).sum([0, 2, 3]).reshape(-1, 1, 1));
        }

        var xGradient = paddedGradient.slice(2, Padding, Padding + x.shape[2], 1)
            .slice(3, Padding, Padding + x.shape[3], 1);
        return
        [
            xGradient.to(x.dtype), weightGradient.permute(1, 0, 2, 3).reshape(weight.shape).to(weight.dtype), null!,
        ];
    }

    private static long Places(long size, int stride) => (size + stride - 1) / stride;

    private static Tensor Padded(Tensor x) => nn.functional.pad(
        x.dtype == bfloat16 ? x.to(float32) : x, [Padding, Padding, Padding, Padding]);

    // The weights as [9, c, 1, 1], one factor per place of the kernel and channel.
    private static Tensor Factors(Tensor weight)
    {
        var factors = weight.dtype == bfloat16 ? weight.to(float32) : weight;
        return factors.reshape(-1, Kernel * Kernel).t().reshape(Kernel * Kernel, -1, 1, 1);
    }

    // The padded values that one place of the kernel meets: [n, c, h', w'] as in y.
    private static Tensor Shifted(Tensor padded, int place, Tensor y, int stride)
    {
        var (down, right) = Math.DivRem(place, Kernel);
        return padded.slice(2, down, down + (stride * (y.shape[2] - 1)) + 1, stride)
            .slice(3, right, right + (stride * (y.shape[3] - 1)) + 1, stride);
    }
}
