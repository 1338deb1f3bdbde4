using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// mixup: each image is λ of itself and 1 − λ of another of its batch, and so is its loss. One λ and one permutation a batch.
/// </summary>
/// <param name="Lambda">λ in [0, 1].</param>
/// <param name="Index">Which image is mixed into each: [batch], int64, a permutation.</param>
public sealed record Mixing(double Lambda, Tensor Index)
{
    /// <summary>λ·x + (1 − λ)·x[index].</summary>
    public Tensor Mix(Tensor images) => images.Times(Lambda).Plus_(images.index_select(0, Index), 1 - Lambda);

    /// <summary>Batch mean of λ·CE(labels) + (1 − λ)·CE(labels[index]). <paramref name="logProbabilities"/>: [batch, classes].</summary>
    public Tensor Loss(Tensor logProbabilities, Tensor labels) =>
        nn.functional.nll_loss(logProbabilities, labels).Times(Lambda)
            .Plus(nn.functional.nll_loss(logProbabilities, labels.index_select(0, Index)), 1 - Lambda);

    /// <summary>λ·(images whose class is found) + (1 − λ)·(images whose partner's class is found), as a scalar tensor.</summary>
    public Tensor Correct(Tensor logProbabilities, Tensor labels)
    {
        using var found = logProbabilities.argmax(1);
        return found.eq(labels).sum().Times(Lambda).Plus(found.eq(labels.index_select(0, Index)).sum(), 1 - Lambda);
    }
}
