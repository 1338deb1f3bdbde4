using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// A 3×3 max-pool with stride 2 and padding 1 that uses only torch's operations. Its backward pass is not that of
/// torch's max-pool, which on GPUs adds the gradients of several windows in any order. Here the order is always that of
/// the windows.
/// </summary>
internal sealed class PlainMaxPool : autograd.SingleTensorFunction<PlainMaxPool>
{
    private const int Kernel = 3;
    private const int Stride = 2;
    private const int Padding = 1;

    public override string Name => nameof(PlainMaxPool);

    /// <summary>x: [batch, channels, h, w]. Returns [batch, channels, ⌈h/2⌉, ⌈w/2⌉].</summary>
    public static Tensor Apply(Tensor x) => ForwardScope.Run(() => apply(x));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        var (pooled, from) = nn.functional.max_pool2d_with_indices(
            x, [Kernel, Kernel], [Stride, Stride], [Padding, Padding], [1, 1], ceil_mode: false);
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([from]);
        ctx.save_data(nameof(x), (x.shape[2], x.shape[3]));
        return pooled;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(1, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var from = ctx.get_saved_variables()[0];
        var (height, width) = ((long, long))ctx.get_data("x");
        var (batch, channels, rows, columns) = (from.shape[0], from.shape[1], from.shape[2], from.shape[3]);
        var padded = zeros(
            [batch, channels, height + (2 * Padding), width + (2 * Padding)], grad_output.dtype, grad_output.device);

        // The top left corner of each window as a position in the image, row · width + column. The corners of windows
        // at the image's edge are outside the image.
        var top = Scalars.Range(rows, from.device).Times(Stride).Plus(-Padding).view(rows, 1);
        var left = Scalars.Range(columns, from.device).Times(Stride).Plus(-Padding).view(1, columns);
        var corner = top.Times(width).Plus(left);
        for (var y = 0; y < Kernel; y++)
        {
            for (var x = 0; x < Kernel; x++)
            {
                using var scope = NewDisposeScope();
                var isFrom = from.eq(corner.Plus((y * width) + x)).to(grad_output.dtype);
                padded.slice(2, y, y + (Stride * (rows - 1)) + 1, Stride).slice(
                    3, x, x + (Stride * (columns - 1)) + 1, Stride)
                    .Plus_(isFrom.mul_(grad_output));
            }
        }

        return [padded.slice(2, Padding, Padding + height, 1).slice(3, Padding, Padding + width, 1)];
    }
}
