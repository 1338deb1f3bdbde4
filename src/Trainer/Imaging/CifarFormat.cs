using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// The format of the binary files of CIFAR-10 or CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html): records with
/// one byte for each label, then 3 × 32 × 32 pixel bytes in planes R, G, B, row by row.
/// </summary>
internal sealed record CifarFormat
{
    /// <summary>
    /// The environment variable with the address of another folder from which the archives are fetched.
    /// </summary>
    public const string UrlVariable = "SBNN_CIFAR_URL";

    /// <summary>The number of pixel bytes of an image.</summary>
    public const int ImageBytes = 3 * Side * Side;

    /// <summary>Height and width of every image.</summary>
    public const int Side = 32;

    private const string DefaultUrl = "https://www.cs.toronto.edu/~kriz/";

    /// <summary>CIFAR-10 or CIFAR-100.</summary>
    public required DatasetKind Dataset { get; init; }

    /// <summary>The dataset's word in specs and messages.</summary>
    public string Word => EnumWords.Of(Dataset);

    /// <summary>The name of the folder in the archive.</summary>
    public required string Folder { get; init; }

    /// <summary>The archive's file name.</summary>
    public required string Archive { get; init; }

    /// <summary>The archive's length in bytes.</summary>
    public required long ArchiveBytes { get; init; }

    /// <summary>The archive's SHA-256 in lower-case hexadecimal.</summary>
    public required string ArchiveSha256 { get; init; }

    /// <summary>
    /// The files of training images, in order. Together they hold five times as many images as the test file.
    /// </summary>
    public required IReadOnlyList<string> TrainFiles { get; init; }

    /// <summary>The file of test images.</summary>
    public required string TestFile { get; init; }

    /// <summary>For each label byte of a record, the number of classes. Trials are trained on the last label.</summary>
    public required IReadOnlyList<int> Labels { get; init; }

    /// <summary>
    /// Class names, in label order. They are not read from the dataset's own file of names, because the images' digest
    /// must not depend on whether that file exists.
    /// </summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>
    /// The address of the folder that contains the archive. Throws <see cref="BadInputException"/> when the value of
    /// <see cref="UrlVariable"/> is not an address.
    /// </summary>
    public Uri Source { get; init; } = FindSource();

    /// <summary>The address from which the archive is fetched.</summary>
    public Uri Url => new($"{Source.AbsoluteUri.TrimEnd('/')}/{Archive}");

    /// <summary>
    /// The description of the published dataset. Its digest is empty, because it is unknown until the images are
    /// prepared.
    /// </summary>
    public PreparedDataset Published
    {
        get
        {
            var (train, test) = Dataset.PublishedSize()!.Value;
            return new PreparedDataset("", train, test, Classes)
            {
                SmallestTrainClass = train / Classes.Count,
                SmallestTestClass = test / Classes.Count,
                Height = Side,
                Width = Side,
            };
        }
    }

    /// <summary>The number of bytes of a record.</summary>
    public int RecordBytes => Labels.Count + ImageBytes;

    /// <summary>The format of CIFAR-10 or CIFAR-100; null for other datasets.</summary>
    public static CifarFormat? Of(DatasetKind dataset) => dataset switch
    {
        DatasetKind.Cifar10 => new CifarFormat
        {
            Dataset = dataset,
            Folder = "cifar-10-batches-bin",
            Archive = "cifar-10-binary.tar.gz",
            ArchiveBytes = 170_052_171,
            ArchiveSha256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            TrainFiles = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                "data_batch_5.bin"],
            TestFile = "test_batch.bin",
            Labels = [10],
            Classes = Words("airplane automobile bird cat deer dog frog horse ship truck"),
        },
        DatasetKind.Cifar100 => new CifarFormat
        {
            Dataset = dataset,
            Folder = "cifar-100-binary",
            Archive = "cifar-100-binary.tar.gz",
            ArchiveBytes = 168_513_733,
            ArchiveSha256 = "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
            TrainFiles = ["train.bin"],
            TestFile = "test.bin",
            Labels = [20, 100], // coarse, fine
            Classes = Words(
                """
                apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle caterpillar cattle
                chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house
                kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange
                orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal
                shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger
                tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
                """),
        },
        _ => null,
    };

    private static string[] Words(string text) =>
        text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static Uri FindSource()
    {
        var given = OwnVariable.Find(UrlVariable);
        if (string.IsNullOrEmpty(given)) return new Uri(DefaultUrl);
        return Uri.TryCreate(given, UriKind.Absolute, out var home) && home.Scheme is "http" or "https"
            ? home
            : throw new BadInputException(
                $"{UrlVariable}: '{given}' is not an address (allowed: the http or https address of the folder "
                    + $"that holds the archives, such as {DefaultUrl})");
    }
}
