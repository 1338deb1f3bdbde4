using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Where a trial's images come from.</summary>
public enum DatasetKind
{
    /// <summary>Ten classes of generated 32×32 RGB images, the same bytes everywhere.</summary>
    Synthetic = 0,

    /// <summary>
    /// A folder below a data root: <c>train/&lt;class&gt;/*.jpg</c> and <c>test/&lt;class&gt;/*.jpg</c>.
    /// </summary>
    ImageFolder = 1,

    /// <summary>CIFAR-10 (Krizhevsky, 2009) in its binary files: ten classes of 32×32 RGB images.</summary>
    [JsonStringEnumMemberName("cifar10")]
    Cifar10 = 2,

    /// <summary>CIFAR-100 in its binary files, with its hundred fine classes.</summary>
    [JsonStringEnumMemberName("cifar100")]
    Cifar100 = 3,

    /// <summary>
    /// Ten classes of generated 32×32 RGB images of shapes, the same bytes everywhere. They are easier to classify than
    /// <see cref="Synthetic"/>.
    /// </summary>
    Shapes = 4,
}

/// <summary>The properties of a <see cref="DatasetKind"/> that are known before its images are read.</summary>
public static class DatasetKindExtensions
{
    /// <summary>
    /// The published dataset's number of images. A smaller copy is accepted if it is reduced evenly, but its accuracies
    /// are not comparable. Null for datasets without a published size.
    /// </summary>
    public static (int Train, int Test)? PublishedSize(this DatasetKind dataset) =>
        dataset is DatasetKind.Cifar10 or DatasetKind.Cifar100 ? (50_000, 10_000) : null;
}
