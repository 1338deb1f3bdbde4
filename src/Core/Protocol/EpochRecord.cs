using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The metrics of one epoch: the losses over its training steps, and the counts and the accuracy at its end.
/// </summary>
public sealed record EpochRecord
{
    /// <summary>The number of epochs trained, including this one: 1, 2, ….</summary>
    public required int Epoch { get; init; }

    /// <summary>Adam's learning rate during the epoch.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The mean over the training images of the loss without the penalty (L_BNN of Eq. 17).</summary>
    public required double TrainLoss { get; init; }

    /// <summary>
    /// The mean over the training images of the penalty λ·j (Eq. 16, 17), which is a part of the total loss.
    /// </summary>
    public required double Penalty { get; init; }

    /// <summary>
    /// λ of Eq. 17 at the epoch's last step; 0 when the penalty was off. For the per-layer penalty: the single λ that
    /// gives the same penalty, which is the penalty divided by the mean excess.
    /// </summary>
    public required double Lambda { get; init; }

    /// <summary>The mean cross-entropy over the test images.</summary>
    public required double TestLoss { get; init; }

    /// <summary>The number of test images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>The number of test images.</summary>
    public required int Total { get; init; }

    /// <summary>The accuracy on the held-out training images; null when none are held out.</summary>
    public MeasuredAccuracy? Validation { get; init; }

    /// <summary>
    /// U: the number of binary weights that are 1 (have the value β), over all binary layers (Eq. 3).
    /// </summary>
    public required long Ones { get; init; }

    /// <summary>
    /// N: the number of binary weights. 0 when the network has no binary layers; all counts of binary weights are then
    /// 0.
    /// </summary>
    public required long Weights { get; init; }

    /// <summary>h(U/N) of Eq. 6, in bits per weight, in [0, 1].</summary>
    public required double Entropy { get; init; }

    /// <summary>K₀: fraction of 3×3 kernels with no 1.</summary>
    public required double K0 { get; init; }

    /// <summary>K₁: fraction of 3×3 kernels with a single 1.</summary>
    public required double K1 { get; init; }

    /// <summary>
    /// The change of binary operations when kernels of Hamming weight 0 and 1 are saved entirely, in [−1, 0] (Sec.
    /// 4.2).
    /// </summary>
    public required double BopsPr { get; init; }

    /// <summary>
    /// The change of binary parameters by the paper's code lengths (Sec. 4.2); a negative change is a saving.
    /// </summary>
    public required double BParamsPr { get; init; }

    /// <summary>The binary layers, in forward order.</summary>
    public required IReadOnlyList<LayerRecord> Layers { get; init; }

    /// <summary>U/N: the fraction of binary weights that are 1, in [0, 1].</summary>
    public double OnesFraction => Weights == 0 ? 0 : (double)Ones / Weights;

    /// <summary>Top-1 accuracy in percent.</summary>
    public decimal Accuracy => Total == 0 ? 0 : 100m * Correct / Total;

    /// <summary>
    /// The reason why this record cannot contain the metrics of one epoch; null when its counts agree with each other.
    /// They are compared because a file that another program altered may be valid JSON. An empty list of layers is
    /// accepted, because a trainer may not report layers, and some networks have no binary layers.
    /// </summary>
    public string? FindInconsistency()
    {
        if (Epoch < 1) return $"epoch {Epoch}: epochs count from 1";
        if (Correct < 0 || Correct > Total) return $"epoch {Epoch}: {Correct} of {Total} test images are correct";
        foreach (var (i, layer) in Layers.Index())
        {
            var why = layer.Order != i + 1 ? $"its order is {layer.Order}"
                : layer.FindInconsistency();
            if (why is not null) return $"epoch {Epoch}, layer {i + 1}: {why}";
        }

        var (ones, weights) =
            (Layers.Sum(static layer => (decimal)layer.Ones), Layers.Sum(static layer => (decimal)layer.Weights));
        return Layers.Count == 0 || (ones, weights) == (Ones, Weights) ? null
            : $"epoch {Epoch}: {Ones} of {Weights} weights are 1, but {ones} of {weights} in its layers";
    }
}

/// <summary>A network's loss and accuracy on a set of images.</summary>
public sealed record MeasuredAccuracy
{
    /// <summary>The mean cross-entropy over the images.</summary>
    public required double Loss { get; init; }

    /// <summary>The number of images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>The number of images.</summary>
    public required int Total { get; init; }
}
