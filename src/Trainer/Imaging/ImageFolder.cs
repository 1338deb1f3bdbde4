using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Core;
using SkiaSharp;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Images in the layout of torchvision's ImageFolder: <c>train/&lt;class&gt;/*.jpg</c> and
/// <c>test/&lt;class&gt;/*.jpg</c> (jpg, jpeg or png), with classes and files in ordinal order. Any other file is
/// refused with a message that names it, because an image that is silently skipped would change the dataset.
/// </summary>
internal sealed class ImageFolder : IImageSource
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];
    private readonly string _folder;
    private readonly List<SourceFile>[] _files;
    private readonly List<ushort>[] _labels;
    private readonly Lazy<(int Height, int Width)> _size;

    /// <summary>Lists the files of a folder without opening an image.</summary>
    public ImageFolder(string folder)
    {
        _folder = folder;
        if (!SourceFile.IsFolder(folder))
            throw new BadInputException(Missing(folder));

        Classes = ClassesOf("train");
        var tested = ClassesOf("test");
        if (!Classes.SequenceEqual(tested, StringComparer.Ordinal))
        {
            var odd = Classes.Except(tested).Concat(tested.Except(Classes)).Order(StringComparer.Ordinal).First();
            throw new BadInputException(
                $"{folder}: train and test must have the same classes, but '{odd}' is only in "
                    + $"{(Classes.Contains(odd) ? "train" : "test")}");
        }

        if (Classes.Count > ushort.MaxValue)
            throw new BadInputException($"{folder}: {Classes.Count} classes (allowed: at most {ushort.MaxValue})");
        (_files, _labels) = ([[], []], [[], []]);
        foreach (var split in (Split[])[Split.Train, Split.Test]) List(split);
        _size = new(() => SizeOf(_files[0][0].Path));
        Fingerprint = FingerprintOf(folder, _files);
    }

    /// <summary>The message about a folder that does not exist.</summary>
    public static string Missing(string folder) =>
        $"{folder}: no such image folder; create it with train/<class>/ and test/<class>/ (docs/datasets.md), or name "
        + "the folder that contains it with --data";

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public (int Height, int Width) Size => _size.Value;

    /// <inheritdoc/>
    public IReadOnlyList<ushort> LabelsOf(Split split) => _labels[(int)split];

    /// <inheritdoc/>
    public void Read(Split split, int index, Span<byte> pixels)
    {
        var path = _files[(int)split][index].Path;
        using var codec = Open(path);
        var (height, width) = Size;
        if (codec.Info.Height != height || codec.Info.Width != width)
            throw new BadInputException(
                $"{path}: {codec.Info.Width}×{codec.Info.Height} pixels (allowed: {width}×{height}, the size of "
                    + $"{_files[0][0].Path})");

        // Reads a PNG's colours as stored, instead of multiplied by its alpha channel.
        var outcome = codec.GetPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul),
            out var interleaved);
        if (outcome != SKCodecResult.Success)
            throw new BadInputException($"{path}: damaged image ({outcome}); replace or remove it");

        var area = height * width;
        for (var i = 0; i < area; i++)
        {
            pixels[i] = interleaved[4 * i];
            pixels[area + i] = interleaved[(4 * i) + 1];
            pixels[(2 * area) + i] = interleaved[(4 * i) + 2];
        }
    }

    private static (int Height, int Width) SizeOf(string path)
    {
        using var codec = Open(path);
        return (codec.Info.Height, codec.Info.Width);
    }

    private static SKCodec Open(string path)
    {
        var bytes = SourceFile.Access(path, () => File.ReadAllBytes(path));
        if (bytes.Length == 0) throw new BadInputException($"{path}: empty file (allowed: a JPEG or PNG image)");
        using var content = SKData.CreateCopy(bytes);
        return SKCodec.Create(content) ?? throw new BadInputException($"{path}: not a JPEG or PNG image; remove it");
    }

    private string[] ClassesOf(string split)
    {
        var folder = Path.Combine(_folder, split);
        if (!SourceFile.IsFolder(folder))
            throw new BadInputException(
                $"{folder}: no such folder (allowed: an image folder with train/<class>/ and test/<class>/)");
        var classes = EntriesOf(folder).Where(SourceFile.IsFolder).Select(path => Path.GetFileName(path)).ToArray();
        if (classes.Length == 0)
            throw new BadInputException(
                $"{folder}: no class folders (allowed: an image folder with {split}/<class>/*.jpg)");
        if (classes.FirstOrDefault(name => name.Any(char.IsControl)) is { } odd)
            throw new BadInputException(
                $"{folder}: the class name '{odd.ReplaceLineEndings("\\n")}' has a control character; rename the "
                    + "folder");
        Array.Sort(classes, StringComparer.Ordinal);
        return classes;
    }

    private void List(Split split)
    {
        for (var label = 0; label < Classes.Count; label++)
        {
            var folder = Path.Combine(_folder, split == Split.Train ? "train" : "test", Classes[label]);
            var ofClass = ListClass(folder);
            if (ofClass.Count == 0)
                throw new BadInputException($"{folder}: no images (allowed: .jpg, .jpeg or .png files)");
            _files[(int)split].AddRange(ofClass);
            _labels[(int)split].AddRange(Enumerable.Repeat((ushort)label, ofClass.Count));
        }
    }

    private List<SourceFile> ListClass(string folder)
    {
        var isLinked = SourceFile.IsLink(_folder) || SourceFile.IsLink(Path.GetDirectoryName(folder)!)
            || SourceFile.IsLink(folder);
        var files = new List<SourceFile>();
        foreach (var path in EntriesOf(folder))
        {
            // Each file needs only one stat, because listing 60,000 files must take well below half a second.
            if (!Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
                || SourceFile.Find(path, isLinked) is not { } file)
                throw new BadInputException(
                    $"{path}: not an image (allowed in a class folder: .jpg, .jpeg and .png files); remove it");
            files.Add(file);
        }

        return files;
    }

    // The paths in a folder, in order. The caller checks whether each path is a file or a folder, as required.
    private static List<string> EntriesOf(string folder) =>
        SourceFile.Access(folder, () => new FileSystemEnumerable<string>(
        folder, static (ref FileSystemEntry entry) =>
            entry.ToFullPath(), new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => entry.FileName[0] != '.',
        }.Order(StringComparer.Ordinal).ToList());

    private static string FingerprintOf(string folder, IEnumerable<List<SourceFile>> splits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in splits.SelectMany(split => split))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path.AsSpan(folder.Length)}\0{file.Fingerprint("\0")}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
