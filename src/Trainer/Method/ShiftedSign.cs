using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// sgn(x + bias) with the slope of <see cref="RSignFunction"/>, in one pass over memory forward and one backward. From
/// the forward to the backward pass, only x is kept.
/// </summary>
internal sealed class ShiftedSign : autograd.SingleTensorFunction<ShiftedSign>
{
    public override string Name => nameof(ShiftedSign);

    /// <summary>Returns the signs, in x's shape.</summary>
    /// <param name="x">[batch, channels, h, w].</param>
    /// <param name="bias">[channels], float32.</param>
    /// <param name="atZero">sgn(0): 0 or −1.</param>
    /// <param name="type">The signs' type.</param>
    public static Tensor Apply(Tensor x, Tensor bias, double atZero, ScalarType type) =>
        ForwardScope.Run(() => apply(x, bias, atZero, type));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = ChannelRows.ToChannelsLast((Tensor)vars[0]);
        var rows = ChannelRows.Of(x);
        var bias = ChannelLoop.Tile((Tensor)vars[1]);
        var signs = ChannelRows.EmptyLike(x, (ScalarType)vars[3]);
        ChannelLoop.Run(new ShiftedSignKernel(rows, bias, (float)(double)vars[2], ChannelRows.Of(signs)),
            rows.Count, rows.Channels);
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([x]);
        ctx.save_data(nameof(bias), bias);
        return signs;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(4, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var x = ctx.get_saved_variables()[0];
        using var signsGradient = ChannelRows.ToChannelsLast(grad_output);
        var rows = ChannelRows.Of(x);
        var gradient = ChannelRows.EmptyLike(x);
        var sums = ChannelLoop.Sum(
            new ShiftedSignGradientKernel(
                rows, (float[])ctx.get_data("bias"), ChannelRows.Of(signsGradient), ChannelRows.Of(gradient)),
            rows.Count, rows.Channels, 1);
        return [gradient, ChannelRows.Vector(sums[0]), null!, null!];
    }
}
