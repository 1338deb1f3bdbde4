using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// A dataset as one file that trainers map into memory: magic, SHA-256 of everything after it, length of the
/// description (32-bit little-endian), description (text), labels (16-bit little-endian, training before test), pixels
/// (bytes, images × 3 × height × width, training before test). The SHA-256 is the dataset's digest, so the bytes must
/// not depend on the machine that wrote the file.
/// </summary>
internal sealed class PreparedImages
{
    private const int Channels = 3;
    private readonly ushort[][] _labels;

    private PreparedImages(string path, string digest, string description, long labelsAt, FileStream file)
    {
        var lines = description.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var numbers = lines[0].Split(' ').Skip(1).Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        (Path, Digest, Classes) = (path, digest, lines[1..]);
        (Height, Width) = (numbers[0], numbers[1]);
        _labels = [ReadLabels(numbers[2]), ReadLabels(numbers[3])];
        PixelsPosition = labelsAt + (2L * (numbers[2] + numbers[3]));

        ushort[] ReadLabels(int count)
        {
            var labels = new ushort[count];
            file.ReadExactly(MemoryMarshal.AsBytes(labels.AsSpan())); // Torch runs only on little-endian machines.
            return labels;
        }
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of description, labels and pixels, in lower-case hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>Class names, in label order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Height of every image.</summary>
    public int Height { get; }

    /// <summary>Width of every image.</summary>
    public int Width { get; }

    /// <summary>The position, in bytes from the file's beginning, of the first training image's pixels.</summary>
    public long PixelsPosition { get; }

    /// <summary>The label of every image of a split.</summary>
    public ReadOnlySpan<ushort> LabelsOf(Split split) => _labels[(int)split];

    /// <summary>The answer of <c>sbnn-trainer prepare</c>.</summary>
    public PreparedDataset Answer() => Describe(Digest, _labels[0], _labels[1], Classes, (Height, Width));

    /// <summary>
    /// The answer of <c>sbnn-trainer prepare</c> for images that are not stored. Reads every image of the source.
    /// </summary>
    public static PreparedDataset Describe(IImageSource source) => Describe(
        Convert.ToHexStringLower(Write(Stream.Null, source)), source.LabelsOf(Split.Train), source.LabelsOf(Split.Test),
        source.Classes, source.Size);

    /// <summary>
    /// Reads the file except its pixels; null when the file does not exist or does not contain prepared images. The
    /// digest is not checked.
    /// </summary>
    public static PreparedImages? TryOpen(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[PreparedFolder.HashedPosition + 4];
            file.ReadExactly(start);
            if (!start.AsSpan().StartsWith(PreparedFolder.Magic)) return null;
            var description =
                new byte[BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(PreparedFolder.HashedPosition))];
            file.ReadExactly(description);
            var digest = Convert.ToHexStringLower(start.AsSpan(PreparedFolder.DigestPosition, SHA256.HashSizeInBytes));
            return new PreparedImages(path, digest, Encoding.UTF8.GetString(description), file.Position, file);
        }
        catch (Exception error)
            when (error is FileNotFoundException or DirectoryNotFoundException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>Computes the digest of the whole file; true when it equals <see cref="Digest"/>.</summary>
    public bool IsIntact()
    {
        using var file = File.OpenRead(Path);
        file.Position = PreparedFolder.HashedPosition;
        return Convert.ToHexStringLower(SHA256.HashData(file)) == Digest;
    }

    /// <summary>
    /// Reads every image of a source and writes them durably. Exceptions of the source, for example about a damaged
    /// image, are not caught.
    /// </summary>
    public static PreparedImages Write(string path, IImageSource source)
    {
        DurableFile.Write(path, file => Write(file, source));
        return TryOpen(path)!;
    }

    // Returns the digest.
    private static byte[] Write(Stream file, IImageSource source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (height, width) = source.Size;
        var (train, test) = (source.LabelsOf(Split.Train), source.LabelsOf(Split.Test));
        var description = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture,
                $"rgb {height} {width} {train.Count} {test.Count}\n{string.Join('\n', source.Classes)}\n"));

        file.Write(PreparedFolder.Magic);
        file.Write(new byte[SHA256.HashSizeInBytes]);
        Put(BitConverter.GetBytes(description.Length));
        Put(description);
        foreach (var label in train.Concat(test)) Put(BitConverter.GetBytes(label));
        PutImages(Split.Train, train.Count);
        PutImages(Split.Test, test.Count);
        file.Position = PreparedFolder.DigestPosition;
        var digest = hash.GetHashAndReset();
        file.Write(digest);
        return digest;

        void PutImages(Split split, int count)
        {
            const int AtATime = 2048;
            var size = Channels * height * width;
            var pixels = new byte[Math.Min(count, AtATime) * size];
            for (var first = 0; first < count; first += AtATime)
            {
                var some = Math.Min(AtATime, count - first);
                ReadInParallel(source, split, first, some, pixels, size);
                Put(pixels.AsSpan(0, some * size));
            }
        }

        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            file.Write(bytes);
        }
    }

    private static PreparedDataset Describe(
        string digest, IReadOnlyList<ushort> train, IReadOnlyList<ushort> test, IReadOnlyList<string> classes,
        (int Height, int Width) size)
    {
        return new PreparedDataset(digest, train.Count, test.Count, classes)
        {
            SmallestTrainClass = SmallestClass(train),
            SmallestTestClass = SmallestClass(test),
            Height = size.Height,
            Width = size.Width,
        };

        int SmallestClass(IReadOnlyList<ushort> labels)
        {
            var counts = new int[classes.Count];
            foreach (var label in labels) counts[label]++;
            return counts.Min();
        }
    }

    private static void ReadInParallel(IImageSource source, Split split, int first, int count, byte[] pixels, int size)
    {
        try
        {
            Parallel.For(0, count, i => source.Read(split, first + i, pixels.AsSpan(i * size, size)));
        }
        catch (AggregateException error) when (error.InnerExceptions.All(e => e is Core.BadInputException))
        {
            // If several images are damaged, the message is always about the same one, whatever the order of the
            // threads.
            throw error.InnerExceptions.MinBy(e => e.Message, StringComparer.Ordinal)!;
        }
    }
}
