using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// bn(y) in training mode as float32, in two passes over memory forward and two backward. If y is bfloat16, y's
/// gradient is bfloat16, too.
/// </summary>
internal sealed class NormAlone : autograd.SingleTensorFunction<NormAlone>
{
    public override string Name => nameof(NormAlone);

    public static Tensor Apply(Tensor y, BatchNorm2d norm) =>
        ForwardScope.Run(() => apply(y, norm.weight!, norm.bias!, norm));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var y = ChannelRows.ToChannelsLast((Tensor)vars[0]);
        var rows = ChannelRows.Of(y);
        var moments = BatchMoments.Compute((BatchNorm2d)vars[3], rows);
        var x = ChannelRows.EmptyLike(y, float32);
        ChannelLoop.Run(
            new NormAddKernel(rows, moments.Scale, moments.Offset, shortcut: default, clamps: false, zero: 0,
                ChannelRows.Of(x), signs: default),
            rows.Count, rows.Channels);
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([y]);
        ctx.save_data(nameof(BatchMoments), moments);
        return x;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(4, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var y = ctx.get_saved_variables()[0];
        using var xGradient = ChannelRows.ToChannelsLast(grad_output);
        var moments = (BatchMoments)ctx.get_data(nameof(BatchMoments));
        var (rows, g) = (ChannelRows.Of(y), ChannelRows.Of(xGradient));
        var sums = ChannelLoop.Sum(
            new NormSumsKernel(rows, moments.Mean, moments.Inverse, g), rows.Count, rows.Channels, 2);
        var yGradient = ChannelRows.EmptyLike(y);
        moments.InputGradient(rows, g, sums[0], sums[1], ChannelRows.Of(yGradient));
        return [yGradient, ChannelRows.Vector(sums[1]), ChannelRows.Vector(sums[0]), null!];
    }
}
