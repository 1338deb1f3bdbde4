using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// CIFAR's binary files, in a folder or in their archive, which is read without unpacking it to disk. A smaller copy of
/// the dataset is accepted if all its files are reduced by the same factor, so an incomplete file is always detected.
/// </summary>
internal sealed class CifarImages : IImageSource
{
    private const int TrainToTest = 5;
    private readonly CifarFormat _format;
    private readonly Lazy<(byte[][] Train, byte[] Test)> _files;

    private CifarImages(CifarFormat format, string fingerprint, Func<(byte[][] Train, byte[] Test)> read)
    {
        (_format, Fingerprint) = (format, fingerprint);
        _files = new(read);
    }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => _format.Classes;

    /// <inheritdoc/>
    public (int Height, int Width) Size => (CifarFormat.Side, CifarFormat.Side);

    /// <summary>Opens the files in a folder.</summary>
    public static CifarImages InFolder(string folder, CifarFormat format)
    {
        string[] names = [.. format.TrainFiles, format.TestFile];
        var isLinked = SourceFile.IsLink(folder);
        var marks = names.Select(name =>
            $"{name} {SourceFile.Find(Path.Combine(folder, name), isLinked)?.Fingerprint(" ") ?? "missing"}");
        return new CifarImages(format, $"{format.Folder}: {string.Join(", ", marks)}",
            () => Check(format, folder, name =>
        {
            var path = Path.Combine(folder, name);
            return SourceFile.Find(path) is null ? null : SourceFile.Access(path, () => File.ReadAllBytes(path));
        }));
    }

    /// <summary>Opens the archive, which must match the published one exactly.</summary>
    public static CifarImages InArchive(string path, CifarFormat format)
    {
        return new CifarImages(format, $"{format.Archive} {SourceFile.Find(path)?.Fingerprint(" ")}", () =>
        {
            var files = ReadArchive(path, format);
            return Check(format, $"{path}: {format.Folder}", files.GetValueOrDefault);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<ushort> LabelsOf(Split split)
    {
        var labels = new List<ushort>();
        foreach (var file in FilesOf(split))
        {
            for (var at = _format.Labels.Count - 1; at < file.Length; at += _format.RecordBytes) labels.Add(file[at]);
        }

        return labels;
    }

    /// <inheritdoc/>
    public void Read(Split split, int index, Span<byte> pixels)
    {
        var files = FilesOf(split);
        var perFile = files[0].Length / _format.RecordBytes;
        var record = files[index / perFile].AsSpan(index % perFile * _format.RecordBytes, _format.RecordBytes);
        record[_format.Labels.Count..].CopyTo(pixels);
    }

    private byte[][] FilesOf(Split split) => split == Split.Train ? _files.Value.Train : [_files.Value.Test];

    private static (byte[][] Train, byte[] Test) Check(CifarFormat format, string place, Func<string, byte[]?> read)
    {
        byte[][] train = [.. format.TrainFiles.Select(ReadFile)];
        var test = ReadFile(format.TestFile);
        var tested = test.Length / format.RecordBytes;
        var expected = TrainToTest / format.TrainFiles.Count * tested;
        foreach (var (name, bytes) in format.TrainFiles.Zip(train))
        {
            if (bytes.Length / format.RecordBytes is var images && images != expected)
                throw new BadInputException(
                    $"{Path.Combine(place, name)}: {images} images, but {tested} in {format.TestFile} (allowed: "
                        + $"{expected}); one of the two files is incomplete; restore it");
        }

        return (train, test);

        byte[] ReadFile(string name)
        {
            var path = Path.Combine(place, name);
            var bytes = read(name)
                ?? throw new BadInputException(
                    $"{path}: the file is missing ({format.Word} consists of {string.Join(", ", format.TrainFiles)} "
                        + "and "
                        + $"{format.TestFile})");
            if (bytes.Length == 0 || bytes.Length % format.RecordBytes != 0)
                throw new BadInputException(
                    $"{path}: the file has {bytes.Length} bytes (allowed: a multiple of {format.RecordBytes}, the "
                        + $"length of a record); the file is incomplete, or does not belong to {format.Word}");
            CheckLabels(path, bytes, format);
            return bytes;
        }
    }

    private static void CheckLabels(string path, byte[] bytes, CifarFormat format)
    {
        for (var at = 0; at < bytes.Length; at += format.RecordBytes)
        {
            for (var i = 0; i < format.Labels.Count; i++)
            {
                if (bytes[at + i] >= format.Labels[i])
                    throw new BadInputException(
                        $"{path}: record {at / format.RecordBytes} has the label {bytes[at + i]} (allowed: 0 to "
                            + $"{format.Labels[i] - 1}); the file is damaged, or does not belong to {format.Word}");
            }
        }
    }

    private static Dictionary<string, byte[]> ReadArchive(string path, CifarFormat format)
    {
        using var file = SourceFile.Access(path, () => File.OpenRead(path));
        const string WhatToDo = "delete it so that it is fetched again, or replace it with the published archive";
        if (file.Length != format.ArchiveBytes)
            throw new BadInputException(
                $"{path}: {file.Length} bytes, but {format.Archive} has {format.ArchiveBytes}; {WhatToDo}");
        if (Convert.ToHexStringLower(SHA256.HashData(file)) is var digest && digest != format.ArchiveSha256)
            throw new BadInputException(
                $"{path}: its SHA-256 is {digest}, but that of {format.Archive} is {format.ArchiveSha256}; {WhatToDo}");

        file.Position = 0;
        using var plain = new GZipStream(file, CompressionMode.Decompress);
        using var entries = new TarReader(plain);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (entries.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null || Path.GetDirectoryName(entry.Name)?.TrimStart('.', '/') != format.Folder)
                continue;
            var bytes = new byte[entry.Length];
            entry.DataStream.ReadExactly(bytes);
            files[Path.GetFileName(entry.Name)] = bytes;
        }

        return files;
    }
}
