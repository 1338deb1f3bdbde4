using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// Every hyperparameter that can change a trial's numbers, with its seed and its data's digest. Equal specs are the
/// same trial: <see cref="TrialKey.Of"/> hashes exactly this record. <see cref="Hyperparameters"/> has the
/// hyperparameters' names, ranges and descriptions. Defaults are the paper's settings for CIFAR-10 and never change.
/// </summary>
public sealed record TrialSpec
{
    private const int DefaultImageSize = 224; // pixels

    /// <summary>Where the images come from.</summary>
    public DatasetKind Dataset { get; init; } = DatasetKind.Synthetic;

    /// <summary>
    /// For <see cref="DatasetKind.ImageFolder"/>: the folder's name below a data root. The trial's identity contains
    /// the digest instead.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The number of training images used, the first of each class, equally many per class; null for all.
    /// </summary>
    public int? TrainImages { get; init; }

    /// <summary>
    /// The number of test images used, the first of each class, equally many per class; null for all.
    /// </summary>
    public int? TestImages { get; init; }

    /// <summary>
    /// SHA-256 (lower-case hex) of the whole prepared dataset (images and labels); null until it is prepared.
    /// </summary>
    public string? DataDigest { get; init; }

    /// <summary>The network that is trained.</summary>
    public ModelKind Model { get; init; } = ModelKind.ResNet18;

    /// <summary>How the network's weights are quantized.</summary>
    public MethodKind Method { get; init; } = MethodKind.Sbnn;

    /// <summary>Whether the quirks of the authors' code are reproduced.</summary>
    public RecipeKind Recipe { get; init; } = RecipeKind.Authors;

    /// <summary>
    /// The number of channels of the first stage, 64 in the paper. The other stages have 2, 4, 8 (and 16) times as
    /// many.
    /// </summary>
    public int Width { get; init; } = 64;

    /// <summary>
    /// The number of rows and of columns of the images of a network in ImageNet's layout, a multiple of 32. The other
    /// networks are built for 32×32 pixels.
    /// </summary>
    [DefaultValue(DefaultImageSize)]
    public int ImageSize { get; init; } = DefaultImageSize;

    /// <summary>How α and β are determined. Only SBNN uses this setting.</summary>
    public DomainKind Domain { get; init; } = DomainKind.Learned;

    /// <summary>
    /// Target sparsity in percent of the binary weights, so EC = 1 − Sparsity/100 (Eq. 11); null: no constraint.
    /// </summary>
    public decimal? Sparsity
    {
        get;
        init => field = value is { } percent ? Hyperparameter.Normalise(percent) : null;
    }

    /// <summary>
    /// γ of Eq. 18: the penalty's share of the total loss, in [0, 1). Without effect when there is no target.
    /// </summary>
    public double Gamma { get; init; } = 0.07;

    /// <summary>The weights over which the penalty is computed. Without effect when the penalty is off.</summary>
    public PenaltyScope Penalty { get; init; } = PenaltyScope.Global;

    /// <summary>The number of passes over the training images.</summary>
    public int Epochs { get; init; } = 300;

    /// <summary>The number of images per step. The last, smaller batch of an epoch is used, too.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Adam's initial learning rate, annealed by a cosine to 0 over the epochs.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>mixup's α: λ ~ Beta(α, α) for each batch; 0 switches mixup off.</summary>
    public double Mixup { get; init; } = 1;

    /// <summary>The number of pixels of zero padding for the random crop; 0 switches the crop off.</summary>
    public int Crop { get; init; } = 4;

    /// <summary>Whether training images are flipped horizontally at random.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>
    /// The greatest angle, in degrees, of the random rotation after the flip; 0 switches the rotation off. Angles are
    /// uniform between minus and plus this value.
    /// </summary>
    // The default is omitted from the JSON, so that the results of trials without rotation keep their bytes.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Rotation { get; init; }

    /// <summary>
    /// The number of training images held out, the last of each class used, equally many per class; null for none.
    /// </summary>
    public int? ValidationImages { get; init; }

    /// <summary>
    /// The images whose accuracy selects the best epoch. <see cref="SelectionSplit.Validation"/> requires
    /// <see cref="ValidationImages"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public SelectionSplit SelectOn { get; init; } = SelectionSplit.Test;

    /// <summary>The number format in which convolutions compute.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PrecisionKind Precision { get; init; } = PrecisionKind.Float32;

    /// <summary>Whether a GPU may compute float32 products in TF32. Without effect on CPUs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tf32 { get; init; }

    /// <summary>The seed from which all random numbers derive.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// EC of Eq. 11: the expected fraction of weights that are 1 (have the value β); null without a constraint.
    /// </summary>
    public double? ExpectedConnections => Sparsity is { } percent ? (double)(1 - percent / 100) : null;

    /// <summary>
    /// The same trial with the defaults for all hyperparameters without effect. Equal keys then mean equal records
    /// (except <see cref="Folder"/>), and the same bytes wherever a trial is stored.
    /// </summary>
    public TrialSpec Effective() => Hyperparameters.All.Where(k => !k.HasEffect(this))
        .Aggregate(this, (trial, parameter) => parameter.Set(trial, parameter.Default));

    /// <summary>
    /// The trial as a result stores it: <see cref="Effective"/>, without the locations of its images. Equal keys mean
    /// equal records.
    /// </summary>
    public TrialSpec WithoutPlaces() => Hyperparameters.All.Where(static parameter => parameter.IsPlace)
        .Aggregate(Effective(), static (trial, parameter) => parameter.Set(trial, parameter.Default));
}
