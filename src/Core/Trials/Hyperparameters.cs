using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// The list of all hyperparameters of a <see cref="TrialSpec"/>. The seed is not one of them: seeds are a separate axis
/// of a sweep.
/// </summary>
public static class Hyperparameters
{
    private const string FolderPattern = "^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$";

    /// <summary>All hyperparameters, in the order in which documentation shows them.</summary>
    public static IReadOnlyList<Hyperparameter> All { get; } =
    [
        Word<DatasetKind>("dataset", "Where the images come from.", t => t.Dataset, (t, v) => t with { Dataset = v }),
        FolderName("folder", "The image folder's name below a data root (dataset: image-folder).", t => t.Folder,
            (t, v) => t with { Folder = v }),
        OptionalWhole("train-images", "Number of training images: the first of each class, equally many per class.", 1,
            100_000_000, "all", t => t.TrainImages, (t, v) => t with { TrainImages = v }),
        OptionalWhole("test-images", "Number of test images: the first of each class, equally many per class.", 1,
            100_000_000, "all", t => t.TestImages, (t, v) => t with { TestImages = v }),
        Word<ModelKind>("model", "The network.", t => t.Model, (t, v) => t with { Model = v }),
        Whole("width", "Channels of the first stage (64 in the paper); later stages have 2, 4, 8 (and 16) times as "
            + "many. The stem of reactnet-a and mobilenet-v1 has half as many.", 1,
            1024, t => t.Width, (t, v) => t with { Width = v }),
        Whole("image-size", "Rows and columns of the images of a network in ImageNet's layout, a multiple of 32. All "
            + "other networks are built for 32×32 pixels.", 32, 1024, t => t.ImageSize,
            (t, v) => t with { ImageSize = v }, static t => t.Model.IsForImageNet()),
        Word<DomainKind>("domain", "How the two weight values alpha and beta are determined. zero-one and "
            + "closed-form-centred are not in the paper.", t => t.Domain,
            (t, v) => t with { Domain = v }, static t => t.Method.HasDomain()),
        OptionalPercent("sparsity", "Target sparsity in percent of the binary weights (EC = 1 - sparsity/100).", "none",
            t => t.Sparsity, (t, v) => t with { Sparsity = v }, static t => t.Method.HasPenalty()),
        Real("gamma", "The penalty's share of the total loss (Eq. 18).", 0, 0.999, t => t.Gamma,
            (t, v) => t with { Gamma = v }, static t => t.Sparsity is not null && t.Method.HasPenalty()),
        Whole("epochs", "Passes over the training images.", 1, 100_000, t => t.Epochs, (t, v) => t with { Epochs = v }),
        Whole("batch-size", "Images per step. The last, smaller batch of an epoch is used, too.", 1, 65_536,
            t => t.BatchSize,
            (t, v) => t with { BatchSize = v }),
        Real("learning-rate", "Adam's initial learning rate, annealed by a cosine to 0.", 1e-9, 10, t => t.LearningRate,
            (t, v) => t with { LearningRate = v }),
        Real("mixup", "mixup's alpha; 0 switches mixup off.", 0, 100, t => t.Mixup, (t, v) => t with { Mixup = v }),
        Whole("crop", "Pixels of zero padding for the random crop; 0 switches it off.", 0, 16, t => t.Crop,
            (t, v) => t with { Crop = v }),
        Flag("flip", "Random horizontal flips.", t => t.Flip, (t, v) => t with { Flip = v }),
        Real("rotation", "Greatest angle in degrees of the random rotation after the flip; 0 switches it off.", 0, 180,
            t => t.Rotation, (t, v) => t with { Rotation = v }),
        OptionalWhole("validation-images",
            "Number of training images held out: the last of each class, equally many per class.",
            1, 100_000_000, "none", t => t.ValidationImages, (t, v) => t with { ValidationImages = v }),
        Word<SelectionSplit>("select-on", "The images whose accuracy selects the best epoch.", t => t.SelectOn,
            (t, v) => t with { SelectOn = v }),
        Word<MethodKind>("method",
            "How the weights are quantized: sbnn on resnet18 and all ReActNets; ir-net on resnet18; reactnet on all "
                + "ReActNets; subbit-* on reactnet18 and reactnet18-imagenet; bi-real and xnor-net on their own "
                + "models; full-precision on all others, and on resnet18.",
            t => t.Method, (t, v) => t with { Method = v }),
        Word<RecipeKind>("recipe",
            "authors reproduces the quirks of the authors' code (1000 outputs of ReActNet-18, the value of sgn(0), "
                + "no penalty at 50 % on 32×32 images, no window of the straight-through estimator); corrected follows "
                + "the paper.", t => t.Recipe, (t, v) =>
                    t with { Recipe = v }, static t => t.Method != MethodKind.FullPrecision),
        Word<PenaltyScope>("penalty",
            "The weights whose share of ones has the target: all binary layers together, or each layer separately.",
            t =>
                t.Penalty, (t, v) => t with { Penalty = v }, static t =>
                    t.Method.HasPenalty() && SparsityTarget.Exists(t) && t.Gamma > 0),
        Word<PrecisionKind>("precision",
            "The number format of convolutions. Weights, normalisations and losses are always float32.", t =>
                t.Precision, (t, v) => t with { Precision = v }),
        Flag("tf32", "Whether a GPU may round float32 operands of convolutions and matrix products to TF32's 10 bits "
            + "of mantissa, which is faster. Without effect on CPUs.", t => t.Tf32, (t, v) => t with { Tf32 = v }),
    ];

    private static readonly Dictionary<string, Hyperparameter> ByName =
        All.ToDictionary(k => k.Name, StringComparer.Ordinal);

    /// <summary>Finds a hyperparameter by its name.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out Hyperparameter? parameter) =>
        ByName.TryGetValue(name, out parameter);

    /// <summary>Returns the hyperparameter of a name. Throws for an unknown name.</summary>
    public static Hyperparameter Get(string name) => ByName[name];

    private static Hyperparameter Word<T>(
        string name, string description, Func<TrialSpec, T> get, Func<TrialSpec, T, TrialSpec> set,
        Func<TrialSpec, bool>? hasEffect = null)
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>().ToDictionary(v => EnumWords.Of(v), v => v, StringComparer.Ordinal);
        return new Hyperparameter(
            name, description, string.Join(", ", words.Keys),
            new HyperparameterType(HyperparameterKind.Word, Words: [.. words.Keys]),
            t => get(t), (t, v) => set(t, (T)v!),
            (string text, out object? value) =>
            {
                var found = words.TryGetValue(text, out var word);
                value = word;
                return found;
            })
        {
            HasEffect = hasEffect ?? (static _ => true),
        };
    }

    private static Hyperparameter Whole(string name, string description, int least, int most, Func<TrialSpec, int> get,
        Func<TrialSpec, int, TrialSpec> set, Func<TrialSpec, bool>? hasEffect = null) =>
        new(name, description, Invariant($"a whole number from {least} to {most}"),
            new HyperparameterType(HyperparameterKind.Integer, least, most),
            t => get(t), (t, v) => set(t, (int)v!), (string text, out object? value) =>
                TryWhole(text, least, most, out value))
        {
            HasEffect = hasEffect ?? (static _ => true),
        };

    private static Hyperparameter OptionalWhole(
        string name, string description, int least, int most, string nullWord, Func<TrialSpec, int?> get,
        Func<TrialSpec, int?, TrialSpec> set) =>
        new(name, description, Invariant($"{nullWord}, or a whole number from {least} to {most}"),
            new HyperparameterType(HyperparameterKind.Integer, least, most, NullWord: nullWord),
            t => get(t), (t, v) => set(t, (int?)v),
            (string text, out object? value) =>
                TryNull(text, nullWord, out value) || TryWhole(text, least, most, out value));

    private static Hyperparameter OptionalPercent(
        string name, string description, string nullWord, Func<TrialSpec, decimal?> get,
        Func<TrialSpec, decimal?, TrialSpec> set,
        Func<TrialSpec, bool> hasEffect) =>
        new(name, description, $"{nullWord}, or a percentage from 0 to 99.99",
            new HyperparameterType(HyperparameterKind.Number, 0, 99.99, NullWord: nullWord),
            t => get(t), (t, v) => set(t, (decimal?)v),
            (string text, out object? value) =>
            {
                if (TryNull(text, nullWord, out value)) return true;
                var ok = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                    out var number) && number is >= 0 and <= 99.99m;
                value = ok ? number : null;
                return ok;
            })
        {
            HasEffect = hasEffect,
        };

    private static Hyperparameter Real(
        string name, string description, double least, double most, Func<TrialSpec, double> get,
        Func<TrialSpec, double, TrialSpec> set,
        Func<TrialSpec, bool>? hasEffect = null) =>
        new(name, description, Invariant($"a number from {(decimal)least} to {(decimal)most}"),
            new HyperparameterType(HyperparameterKind.Number, least, most),
            t => get(t), (t, v) => set(t, (double)v!),
            (string text, out object? value) =>
            {
                var ok = double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                    CultureInfo.InvariantCulture, out var number)
                    && number >= least && number <= most;
                value = ok ? number : null;
                return ok;
            })
        {
            HasEffect = hasEffect ?? (static _ => true),
        };

    private static Hyperparameter Flag(
        string name, string description, Func<TrialSpec, bool> get, Func<TrialSpec, bool, TrialSpec> set) =>
        new(name, description, "true or false", new HyperparameterType(HyperparameterKind.Boolean),
            t => get(t), (t, v) => set(t, (bool)v!),
            (string text, out object? value) =>
            {
                value = text == "true";
                return text is "true" or "false";
            });

    private static Hyperparameter FolderName(
        string name, string description, Func<TrialSpec, string?> get, Func<TrialSpec, string?, TrialSpec> set) =>
        new(name, description, "a folder's name below a data root: letters, digits, '-', '_' and '.', not a path",
            new HyperparameterType(HyperparameterKind.Text, Pattern: FolderPattern),
            t => get(t), (t, v) => set(t, (string?)v),
            (string text, out object? value) =>
            {
                var ok = TextPattern.Matches(text, FolderPattern);
                value = ok ? text : null;
                return ok;
            })
        {
            IsPlace = true,
        };

    private static bool TryNull(string text, string nullWord, out object? value)
    {
        value = null;
        return text == nullWord;
    }

    private static bool TryWhole(string text, int least, int most, out object? value)
    {
        var ok = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            && number <= most;
        value = ok ? number : null;
        return ok;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
