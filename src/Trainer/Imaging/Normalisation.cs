using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Converts the bytes of images to the network's input: (x/255 − mean)/deviation per channel. The constants are part of
/// the recipe: the authors' constants for CIFAR-10 and CIFAR-100, those of CIFAR-10 for every image folder (our
/// convention), 1/2 and 1/4 for generated images. The tensors belong to the current dispose scope.
/// </summary>
internal sealed class Normalisation(float[] mean, float[] deviation, Device device)
{
    private readonly Tensor _mean = tensor(mean, device: device).view(1, 3, 1, 1);
    private readonly Tensor _deviation = tensor(deviation, device: device).view(1, 3, 1, 1);

    /// <summary>The normalisation of a kind of dataset.</summary>
    public static Normalisation Of(DatasetKind dataset, Device device) => dataset switch
    {
        DatasetKind.Synthetic or DatasetKind.Shapes =>
            new Normalisation([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f], device),
        DatasetKind.Cifar100 => new Normalisation([0.5071f, 0.4867f, 0.4408f], [0.2675f, 0.2565f, 0.2761f], device),
        _ => new Normalisation([0.4914f, 0.4822f, 0.4465f], [0.2023f, 0.1994f, 0.2010f], device),
    };

    /// <summary>Converts [batch, 3, h, w] bytes to normalised float32 values.</summary>
    public Tensor Apply(Tensor pixels) => pixels.to(ScalarType.Float32).Over_(255).sub_(_mean).div_(_deviation);
}
