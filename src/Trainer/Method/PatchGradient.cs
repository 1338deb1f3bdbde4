using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Computes the gradient of the weights of a 3×3 bfloat16 convolution as one matrix product over <see cref="Patches"/>.
/// The forward pass returns y unchanged: y is the convolution's output, computed without a gradient for the weights.
/// </summary>
internal sealed class PatchGradient : autograd.SingleTensorFunction<PatchGradient>
{
    public override string Name => nameof(PatchGradient);

    public static Tensor Apply(Tensor y, Tensor x, Tensor weight, int stride) =>
        ForwardScope.Run(() => apply(y, x.detach(), weight, stride));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([ChannelRows.ToChannelsLast((Tensor)vars[1])]);
        ctx.save_data("stride", vars[3]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(4, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var x = ctx.get_saved_variables()[0];
        var gradient = ChannelRows.ToChannelsLast(grad_output);
        var (outChannels, inChannels) = (gradient.shape[1], x.shape[1]);
        // These tensors are released here instead of at the end of the backward function, because the patches are
        // large.
        using var patches = Patches.Of(x, (int)ctx.get_data("stride"));
        using var rows = gradient.permute(0, 2, 3, 1);
        using var flat = rows.reshape(-1, outChannels);
        using var columns = flat.t();
        using var product = columns.matmul(patches);
        using var kernels = product.reshape(outChannels, 3, 3, inChannels);
        return [gradient, null!, kernels.permute(0, 3, 1, 2), null!];
    }
}
