using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using static Sbnn.Sweeps.Reports.Export.Columns<Sbnn.Sweeps.Reports.Export.ExportedEpoch>;

namespace Sbnn.Sweeps.Reports.Export;

/// <summary>A row of the file of epochs.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Recorded">One of its epochs.</param>
public sealed record ExportedEpoch(TrialKey Trial, RecordedEpoch Recorded)
{
    internal EpochRecord Metrics => Recorded.Metrics;
}

/// <summary>
/// The columns of the file of epochs: a row for each recorded epoch, those of unfinished trials included.
/// </summary>
public static class EpochColumns
{
    /// <summary>All columns, in order.</summary>
    public static IReadOnlyList<ExportColumn<ExportedEpoch>> All { get; } =
    [
        Text("trial", "The trial's key.", static row => row.Trial.Hex),
        Whole("epoch", "Epochs trained, this one included: 1, 2, ….", static row => row.Metrics.Epoch),
        Whole("attempt", "The attempt that reported it, or the one whose result was committed.",
            static row => row.Recorded.Attempt),
        Number("learning_rate", "Adam's learning rate during the epoch.", static row => row.Metrics.LearningRate),
        Number("train_loss", "Mean over the training images of the loss without the penalty (L_BNN of Eq. 17).",
            static row => row.Metrics.TrainLoss),
        Number("train_penalty", "Mean over the training images of λ·j (Eq. 16, 17).",
            static row => row.Metrics.Penalty),
        Number("lambda", "λ of Eq. 17 at the epoch's last step; 0 when the penalty is off.",
            static row => row.Metrics.Lambda),
        Number("test_loss", "Mean cross-entropy over the test images.", static row => row.Metrics.TestLoss),
        Whole("test_correct", "Test images classified correctly.", static row => row.Metrics.Correct),
        Whole("test_total", "Test images.", static row => row.Metrics.Total),
        Number("test_accuracy", "Top-1 accuracy on the test images, percent.",
            static row => (double)row.Metrics.Accuracy),
        OptionalNumber("validation_loss", "Mean cross-entropy over the validation images; empty without them.",
            static row => row.Metrics.Validation?.Loss),
        OptionalWhole("validation_correct", "Validation images classified correctly.",
            static row => row.Metrics.Validation?.Correct),
        OptionalWhole("validation_total", "Validation images.", static row => row.Metrics.Validation?.Total),
        OptionalNumber("validation_accuracy", "Top-1 accuracy on the validation images, percent.",
            static row => row.Metrics.Validation is { Total: > 0 } held
                ? (double)(100m * held.Correct / held.Total) : null),
        Whole("ones", "U: binary weights that are 1, over all binary layers (Eq. 3).",
            static row => row.Metrics.Ones),
        Whole("weights", "N: binary weights; 0 for a network without binary layers.",
            static row => row.Metrics.Weights),
        Number("ones_fraction", "U/N, in [0, 1].", static row => row.Metrics.OnesFraction),
        Number("entropy", "h(U/N) of Eq. 6, bits a weight.", static row => row.Metrics.Entropy),
        Number("k0", "K₀: fraction of 3×3 kernels with no 1, in [0, 1].", static row => row.Metrics.K0),
        Number("k1", "K₁: fraction of 3×3 kernels with a single 1, in [0, 1].", static row => row.Metrics.K1),
        Number("bops_pr",
            "Change of binary operations as a fraction, kernels with no or a single 1 fully saved (Sec. 4.2); "
                + "negative is a saving.",
            static row => row.Metrics.BopsPr),
        Number("bparams_pr",
            "Change of binary parameters as a fraction, by the paper's code lengths (Sec. 4.2); negative is a saving.",
            static row => row.Metrics.BParamsPr),
        OptionalNumber("seconds",
            "Wall-clock seconds of training and evaluation; empty where the trainer reported none.",
            static row => row.Recorded.Seconds),
        OptionalNumber("images_per_second", "Training images a second, without evaluation.",
            static row => row.Recorded.ImagesPerSecond),
    ];
}
