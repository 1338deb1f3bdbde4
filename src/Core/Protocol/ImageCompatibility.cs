using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// Finds settings of a trial that do not fit its images. The command checks this before a sweep starts, and the trainer
/// checks it again.
/// </summary>
public static class ImageCompatibility
{
    /// <summary>
    /// The reasons why a trial cannot be trained: the hyperparameter to change, and a sentence that names the value,
    /// the images and the allowed values. Empty for a trial that can be trained.
    /// </summary>
    public static IEnumerable<(Hyperparameter Hyperparameter, string Why)> Of(TrialSpec trial, PreparedDataset images)
    {
        var (name, classes) = (trial.Folder ?? EnumWords.Of(trial.Dataset), images.Classes.Count);
        var side = NetworkShape.Of(trial, classes).ImageSize;
        if ((images.Height, images.Width) != (side, side))
        {
            yield return Fault(
                trial.Folder is null ? "dataset" : "folder",
                $"{name} has images of {images.Width}×{images.Height} pixels (allowed: {side}×{side}, "
                    + (trial.Model.IsForImageNet() ? $"as image-size: {side} states)"
                        : $"the size that {EnumWords.Of(trial.Model)} requires)"));
        }

        if (trial.Model == ModelKind.ReActNet18 && trial.Recipe == RecipeKind.Authors
            && classes > NetworkShape.AuthorsOutputs)
        {
            yield return Fault(
                "recipe", $"authors gives the network only {NetworkShape.AuthorsOutputs} outputs, but {name} has "
                    + $"{classes} "
                    + "classes (allowed: corrected, which has one output per class)");
        }

        if (trial.TestImages is { } tested && !IsBalanced(tested, classes, images.SmallestTestClass))
        {
            yield return Fault(
                "test-images",
                NotBalanced(tested, images.TestImages, $"test images of {name}", classes, images.SmallestTestClass));
        }

        foreach (var fault in OfTraining(trial, images, name)) yield return fault;
    }

    // Each check assumes that the checks before it found no fault.
    private static IEnumerable<(Hyperparameter Hyperparameter, string Why)> OfTraining(
        TrialSpec trial, PreparedDataset images, string name)
    {
        var (count, classes, smallest) = (images.TrainImages, images.Classes.Count, images.SmallestTrainClass);
        if (trial.TrainImages is { } limit)
        {
            if (!IsBalanced(limit, classes, smallest))
            {
                yield return Fault(
                    "train-images", NotBalanced(limit, count, $"training images of {name}", classes, smallest));
                yield break;
            }

            (count, smallest) = (limit, limit / classes);
        }

        if (trial.ValidationImages is { } held)
        {
            if (!IsBalanced(held, classes, smallest - 1))
            {
                yield return Fault(
                    "validation-images",
                    $"{held} of the {count} training images of {name} cannot be held out, because each of the "
                        + $"{classes} classes must give the same number of images and keep at least one "
                        + $"(allowed: {(smallest > 1 ? $"none, or {Balanced(classes, smallest - 1)}" : "none")})");
                yield break;
            }

            count -= held;
        }

        if (count < 2)
        {
            yield return Fault(
                "train-images",
                $"only {count} training image of {name} remains for training (allowed: at least 2, because batch "
                    + "normalisation needs two images in a batch)");
        }
        else if (!Works(trial.BatchSize))
        {
            int[] near =
            [
                .. Enumerable.Range(1, trial.BatchSize - 1).Reverse().Where(Works).Take(1),
                .. Enumerable.Range(trial.BatchSize + 1, count)
                    .Where(size => Works(size) && Hyperparameters.Get("batch-size").TryParse($"{size}", out _)).Take(1),
            ];
            yield return Fault(
                "batch-size",
                $"{trial.BatchSize} leaves one of the {count} training images of {name} alone in the last batch, but "
                    + "batch normalisation needs two images in a batch "
                    + $"(allowed: another size, such as {string.Join(" or ", near)})");
        }

        bool Works(int batch) => batch > 1 && count % batch != 1;
    }

    private static bool IsBalanced(int images, int classes, int smallestClass) =>
        images % classes == 0 && images / classes <= smallestClass;

    private static string NotBalanced(int given, int all, string images, int classes, int smallestClass) =>
        (given > all
            ? $"{given} is more than the {all} {images}"
            : $"{given} of the {all} {images} cannot be split equally over its {classes} classes")
        + $" (allowed: all, or {Balanced(classes, smallestClass)})";

    private static string Balanced(int classes, int smallestClass) =>
        smallestClass == 1 ? $"{classes}" : $"a multiple of {classes} up to {(long)classes * smallestClass}";

    private static (Hyperparameter Hyperparameter, string Why) Fault(string parameter, string why) =>
        (Hyperparameters.Get(parameter), why);
}
