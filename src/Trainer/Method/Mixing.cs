using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// mixup: each image of a batch is replaced by λ times itself plus 1 − λ times another image of the batch. The loss is
/// mixed with the same weights. A batch has one λ and one permutation.
/// </summary>
/// <param name="Lambda">λ in [0, 1].</param>
/// <param name="Index">
/// For each image, the position of the image that is mixed into it: [batch], int64, a permutation.
/// </param>
public sealed record Mixing(double Lambda, Tensor Index)
{
    /// <summary>Computes λ·x + (1 − λ)·x[index].</summary>
    public Tensor Mix(Tensor images) => images.Times(Lambda).Plus_(images.index_select(0, Index), 1 - Lambda);

    /// <summary>
    /// Computes the batch mean of λ·CE(labels) + (1 − λ)·CE(labels[index]), where CE is the cross-entropy. <paramref
    /// name="logProbabilities"/>: [batch, classes].
    /// </summary>
    public Tensor Loss(Tensor logProbabilities, Tensor labels) =>
        nn.functional.nll_loss(logProbabilities, labels).Times(Lambda)
            .Plus(nn.functional.nll_loss(logProbabilities, labels.index_select(0, Index)), 1 - Lambda);
}
