using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>One epoch's figures: losses over its training steps, then counts and accuracy at its end.</summary>
public sealed record EpochRecord
{
    /// <summary>Epochs trained, this one included: 1, 2, ….</summary>
    public required int Epoch { get; init; }

    /// <summary>Adam's learning rate during the epoch.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Mean over the training images of the loss without the penalty (L_BNN of Eq. 17).</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Mean over the training images of λ·j (Eq. 16, 17): the penalty's share of the total loss.</summary>
    public required double Penalty { get; init; }

    /// <summary>
    /// λ of Eq. 17 at the epoch's last step; 0 when the penalty was off. Taken layer by layer: the penalty over the
    /// mean excess, as one λ would give it.
    /// </summary>
    public required double Lambda { get; init; }

    /// <summary>Mean cross-entropy over the test images.</summary>
    public required double TestLoss { get; init; }

    /// <summary>Test images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>Test images.</summary>
    public required int Total { get; init; }

    /// <summary>The accuracy on the images held out of the training images; null when none are.</summary>
    public MeasuredAccuracy? Validation { get; init; }

    /// <summary>U: binary weights that are 1 (take the value β), over all binary layers (Eq. 3).</summary>
    public required long Ones { get; init; }

    /// <summary>N: binary weights. 0: the network has no binary layers, and all that is counted of them is 0.</summary>
    public required long Weights { get; init; }

    /// <summary>h(U/N) of Eq. 6, bits a weight, in [0, 1].</summary>
    public required double Entropy { get; init; }

    /// <summary>K₀: fraction of 3×3 kernels with no 1.</summary>
    public required double K0 { get; init; }

    /// <summary>K₁: fraction of 3×3 kernels with a single 1.</summary>
    public required double K1 { get; init; }

    /// <summary>
    /// Change of binary operations when kernels of Hamming weight 0 and 1 are fully saved, in [−1, 0] (Sec. 4.2).
    /// </summary>
    public required double BopsPr { get; init; }

    /// <summary>Change of binary parameters by the paper's code lengths (Sec. 4.2); negative is a saving.</summary>
    public required double BParamsPr { get; init; }

    /// <summary>The binary layers, in forward order.</summary>
    public required IReadOnlyList<LayerRecord> Layers { get; init; }

    /// <summary>U/N in [0, 1].</summary>
    public double OnesFraction => Weights == 0 ? 0 : (double)Ones / Weights;

    /// <summary>Top-1 accuracy in percent.</summary>
    public decimal Accuracy => Total == 0 ? 0 : 100m * Correct / Total;

    /// <summary>
    /// Why these are not an epoch's figures; null when they may be. What is counted must agree with itself: a file
    /// altered from outside may be whole and still not be true. (No layers: they were not told, or the network has none
    /// that are binary.)
    /// </summary>
    public string? WhyNotSound()
    {
        if (Epoch < 1) return $"epoch: {Epoch}; they count from 1";
        if (Correct < 0 || Correct > Total) return $"epoch {Epoch}: {Correct} of {Total} test images are correct";
        foreach (var (i, layer) in Layers.Index())
        {
            // The reader lets a null through inside a list.
            var why = layer is null ? "it is null" : layer.Order != i + 1 ? $"its order is {layer.Order}"
                : layer.WhyNotSound();
            if (why is not null) return $"epoch {Epoch}, layer {i + 1}: {why}";
        }

        var (ones, weights) =
            (Layers.Sum(static layer => (decimal)layer.Ones), Layers.Sum(static layer => (decimal)layer.Weights));
        return Layers.Count == 0 || (ones, weights) == (Ones, Weights) ? null
            : $"epoch {Epoch}: {Ones} of {Weights} weights are 1, and {ones} of {weights} in its layers";
    }
}

/// <summary>How a network does on some images.</summary>
public sealed record MeasuredAccuracy
{
    /// <summary>Mean cross-entropy.</summary>
    public required double Loss { get; init; }

    /// <summary>Images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>Images.</summary>
    public required int Total { get; init; }
}
