using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// What <see cref="BatchNorm"/>'s own forward pass does with its default settings. That one is banned, since it counts
/// batches with a scalar that nothing keeps alive (<see cref="Scalars"/>).
/// </summary>
internal static class BatchNormalisation
{
    /// <summary>
    /// x: [batch, channels] or [batch, channels, h, w]. Gives the same shape; in training mode it counts the batch
    /// and moves the running moments.
    /// </summary>
    public static Tensor Normalise(this BatchNorm norm, Tensor x)
    {
        if (norm.training) norm.CountBatch();
        return nn.functional.batch_norm(
            x, norm.running_mean!, norm.running_var!, norm.weight!, norm.bias!, norm.training, norm.momentum!.Value,
            norm.eps);
    }

    /// <summary>Counts a batch that was normalised.</summary>
    public static void CountBatch(this BatchNorm norm) => norm.num_batches_tracked!.add_(Scalars.One, Scalars.One);
}
