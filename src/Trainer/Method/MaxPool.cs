using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// torch's 3×3 max-pool with stride 2 and padding 1, on float32 with channels last. Of equal greatest values in a
/// window, the first receives the gradient.
/// </summary>
internal sealed class MaxPool : autograd.SingleTensorFunction<MaxPool>
{
    public override string Name => nameof(MaxPool);

    /// <summary>x: [batch, channels, h, w]. Returns [batch, channels, ⌈h/2⌉, ⌈w/2⌉].</summary>
    public static Tensor Apply(Tensor x) => ForwardScope.Run(() => apply(x));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var x = ChannelRows.ToChannelsLast((Tensor)vars[0]);
        var windows = PoolWindows.Of(x);
        var (pooled, from) = (windows.Empty(float32), windows.Empty(uint8));
        windows.Pool(ChannelRows.Of(x), ChannelRows.Of(pooled), ChannelRows.Of(from));
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([from]);
        ctx.save_data(nameof(PoolWindows), windows);
        return pooled;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(1, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var from = ctx.get_saved_variables()[0];
        using var gradient = ChannelRows.ToChannelsLast(grad_output);
        var windows = (PoolWindows)ctx.get_data(nameof(PoolWindows));
        var xGradient = ChannelRows.Empty(windows.Batch, windows.Channels, windows.Height, windows.Width, float32);
        windows.Scatter(ChannelRows.Of(gradient), ChannelRows.Of(from), ChannelRows.Of(xGradient));
        return [xGradient];
    }
}
