using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// Every hyperparameter that can change a trial's numbers, with its seed and its data's digest. Two equal trials are
/// one trial: <see cref="TrialKey.Of"/> hashes exactly this. The hyperparameters' names, ranges and texts stand in
/// <see cref="Hyperparameters"/>.
/// Defaults are the paper's settings for CIFAR-10 and never change.
/// </summary>
public sealed record TrialSpec
{
    /// <summary>Where the images come from.</summary>
    public DatasetKind Dataset { get; init; } = DatasetKind.Synthetic;

    /// <summary>
    /// For <see cref="DatasetKind.ImageFolder"/>: the folder's name below a data root. Not identity: the digest is.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Training images used, balanced over the classes, the first of each; null: all of them.</summary>
    public int? TrainImages { get; init; }

    /// <summary>Test images used, balanced over the classes, the first of each; null: all of them.</summary>
    public int? TestImages { get; init; }

    /// <summary>
    /// SHA-256 (lower-case hex) of the whole prepared dataset (images and labels); null until it is prepared.
    /// </summary>
    public string? DataDigest { get; init; }

    /// <summary>The network.</summary>
    public ModelKind Model { get; init; } = ModelKind.ResNet18;

    /// <summary>How the network's weights are quantized.</summary>
    public MethodKind Method { get; init; } = MethodKind.Sbnn;

    /// <summary>Whether the accidents of the authors' code are repeated.</summary>
    public RecipeKind Recipe { get; init; } = RecipeKind.Authors;

    /// <summary>Channels of the first stage; the others have 2, 4 and 8 times as many. 64 in the paper.</summary>
    public int Width { get; init; } = 64;

    /// <summary>How α and β are found. Without effect for methods other than SBNN.</summary>
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

    /// <summary>Over which weights the penalty is taken. Without effect when the penalty is off.</summary>
    public PenaltyScope Penalty { get; init; } = PenaltyScope.Global;

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 300;

    /// <summary>Images a step; the last, smaller batch of an epoch is kept.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Adam's initial learning rate, annealed by a cosine to 0 over the epochs.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>mixup's α: λ ~ Beta(α, α) per batch; 0 switches mixup off.</summary>
    public double Mixup { get; init; } = 1;

    /// <summary>Pixels of zero padding for the random crop; 0 switches it off.</summary>
    public int Crop { get; init; } = 4;

    /// <summary>Random horizontal flips.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>
    /// Greatest angle, in degrees, of the random rotation after the flip, uniform in ±this; 0 switches it off.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // Results of trials without it keep their bytes.
    public double Rotation { get; init; }

    /// <summary>
    /// Images held out of the training images, balanced over the classes, the last of each class used; null: none.
    /// </summary>
    public int? ValidationImages { get; init; }

    /// <summary>
    /// By whose accuracy the best epoch is chosen. <see cref="SelectionSplit.Validation"/> needs
    /// <see cref="ValidationImages"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public SelectionSplit SelectOn { get; init; } = SelectionSplit.Test;

    /// <summary>What convolutions compute in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public PrecisionKind Precision { get; init; } = PrecisionKind.Float32;

    /// <summary>Whether a GPU may compute float32 products in TF32. Without effect on CPUs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tf32 { get; init; }

    /// <summary>The seed from which everything random is derived.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// EC of Eq. 11: the expected fraction of weights that are 1 (take the value β); null when unconstrained.
    /// </summary>
    public double? ExpectedConnections => Sparsity is { } percent ? (double)(1 - percent / 100) : null;

    /// <summary>
    /// The same trial with every hyperparameter that has no effect at its default: equal keys then mean equal records
    /// (<see cref="Folder"/> apart), and the same bytes wherever a trial is written down.
    /// </summary>
    public TrialSpec Effective() => Hyperparameters.All.Where(k => !k.HasEffect(this))
        .Aggregate(this, (trial, parameter) => parameter.Set(trial, parameter.Default));

    /// <summary>
    /// What a result holds of its trial: <see cref="Effective"/>, without where its images lie. Equal keys mean equal
    /// records.
    /// </summary>
    public TrialSpec WithoutPlaces() => Hyperparameters.All.Where(static parameter => parameter.IsPlace)
        .Aggregate(Effective(), static (trial, parameter) => parameter.Set(trial, parameter.Default));
}
