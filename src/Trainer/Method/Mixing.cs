using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// mixup: each image is mixed from λ of itself and 1 − λ of another image of its batch, and so is its loss. A batch has
/// one λ and one permutation.
/// </summary>
/// <param name="Lambda">λ in [0, 1].</param>
/// <param name="Index">The image that is mixed into each: [batch], int64, a permutation.</param>
public sealed record Mixing(double Lambda, Tensor Index)
{
    /// <summary>λ·x + (1 − λ)·x[index].</summary>
    public Tensor Mix(Tensor images) => images.Times(Lambda).Plus_(images.index_select(0, Index), 1 - Lambda);

    /// <summary>
    /// Batch mean of λ·CE(labels) + (1 − λ)·CE(labels[index]). <paramref name="logProbabilities"/>: [batch, classes].
    /// </summary>
    public Tensor Loss(Tensor logProbabilities, Tensor labels) =>
        nn.functional.nll_loss(logProbabilities, labels).Times(Lambda)
            .Plus(nn.functional.nll_loss(logProbabilities, labels.index_select(0, Index)), 1 - Lambda);
}
