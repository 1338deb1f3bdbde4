using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The forward pass of <see cref="BatchNorm"/> with its default settings. TorchSharp's own forward pass is banned,
/// because it counts batches with a scalar that a garbage collection may free too early (<see cref="Scalars"/>).
/// </summary>
internal static class BatchNormalisation
{
    /// <summary>
    /// x: [batch, channels] or [batch, channels, h, w]. Returns the same shape. In training mode the call counts the
    /// batch and updates the running moments.
    /// </summary>
    public static Tensor Normalise(this BatchNorm norm, Tensor x)
    {
        if (norm.training) norm.CountBatch();
        return nn.functional.batch_norm(
            x, norm.running_mean!, norm.running_var!, norm.weight!, norm.bias!, norm.training, norm.momentum!.Value,
            norm.eps);
    }

    /// <summary>Adds one to the number of normalised batches.</summary>
    public static void CountBatch(this BatchNorm norm) => norm.num_batches_tracked!.add_(Scalars.One, Scalars.One);
}
