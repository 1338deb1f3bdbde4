using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Prepared datasets below <c>&lt;data root&gt;/prepared/</c>: made once per node, under a file lock, however many trainers ask at
/// once. A stamp beside each file tells what it was made from and which (length, time) it had when its digest was last checked. A
/// prepared dataset stays usable when what it was made from is gone.
/// </summary>
internal sealed class DatasetCache(TimeProvider time)
{
    /// <summary>Told what takes its time.</summary>
    public Action<PrepareEvent> Tell { get; init; } = static _ => { };

    /// <summary>The format of CIFAR's datasets; null for others.</summary>
    public Func<DatasetKind, CifarFormat?> CifarOf { get; init; } = CifarFormat.Of;

    /// <summary>
    /// Finds the dataset in the cache, or makes it, and fetches it first where that is possible and needed. Throws
    /// <see cref="BadInputException"/> when its images cannot be had or used.
    /// </summary>
    public async Task<PreparedImages> PrepareAsync(PrepareRequest request, CancellationToken cancellation)
    {
        var path = PathOf(request);
        if (Find(path, SourceOf(request)) is { } found) return found;

        MakeFolder(Path.GetDirectoryName(path)!);
        var itsLock = $"{path}.lock";
        using var held = await FolderLock.WaitAsync(
            itsLock, () => Tell(new ImagesAwaited($"another process fetches or prepares these images (it holds {itsLock}); waiting for it")), time, cancellation);
        var source = SourceOf(request);
        if (Find(path, source) is { } madeMeanwhile) return madeMeanwhile;

        // Also here when the file was touched: if its bytes are still the right ones, only the stamp is renewed.
        var madeFrom = PreparedImages.TryOpen(path)?.IsIntact() == true ? ReadStamp(path)?.Source : null;
        if (madeFrom is null || (source is not null && source.Fingerprint != madeFrom))
        {
            source ??= await FetchAsync(CifarOf(request.Dataset)!, Path.GetFullPath(request.DataRoot), cancellation);
            _ = source.LabelsOf(Split.Train); // Files that are broken are noticed here, before a file is begun.
            PreparedImages.Write(path, source);
            madeFrom = source.Fingerprint;
        }

        DurableFile.WriteJson(StampOf(path), Stamp.Of(path, madeFrom));
        return PreparedImages.TryOpen(path)!;
    }

    /// <summary>
    /// The dataset that a trial was told to train on. The source is looked at only when the cache does not hold that digest. Throws
    /// <see cref="BadInputException"/> when the images are not (or no longer) those.
    /// </summary>
    public async Task<PreparedImages> OpenAsync(PrepareRequest request, string digest, CancellationToken cancellation)
    {
        var path = PathOf(request);
        if (IsAsStamped(path) && PreparedImages.TryOpen(path) is { } cached && cached.Digest == digest) return cached;

        var prepared = await PrepareAsync(request, cancellation);
        return prepared.Digest == digest
            ? prepared
            : throw new BadInputException($"{prepared.Path}: the images' digest is {prepared.Digest}, but the trial's dataDigest is {digest}: the images are not those that the trial was made for");
    }

    /// <summary>Where the images are read from; null when they have to be fetched first.</summary>
    private IImageSource? SourceOf(PrepareRequest request)
    {
        var root = Path.GetFullPath(request.DataRoot);
        if (CifarOf(request.Dataset) is not { } cifar)
            return request.Dataset == DatasetKind.Synthetic ? new SyntheticImages() : new ImageFolder(Path.Combine(root, FolderName(request)));
        var (folder, archive) = (Path.Combine(root, cifar.Folder), Path.Combine(root, cifar.Archive));
        return Directory.Exists(folder) ? CifarImages.InFolder(folder, cifar)
            : File.Exists(archive) ? CifarImages.InArchive(archive, cifar)
            : null;
    }

    private async Task<CifarImages> FetchAsync(CifarFormat cifar, string root, CancellationToken cancellation)
    {
        var archive = Path.Combine(root, cifar.Archive);
        try
        {
            await new Download(cifar.Url, archive, cifar.ArchiveBytes, cifar.ArchiveSha256, time, Tell).RunAsync(cancellation);
        }
        catch (BadInputException error)
        {
            throw new BadInputException(
                $"""
                {cifar.Word}: its images are not in {root} and could not be fetched. {error.Message}
                There are three ways to provide them, and the same command goes on from there:
                  put {cifar.Archive} ({cifar.ArchiveBytes} bytes) into {root};
                  unpack it there, so that {Path.Combine(root, cifar.Folder, cifar.TestFile)} is one of its files;
                  or set {CifarFormat.HomeVariable} to the address of a folder that holds it, and have it fetched from there.
                """,
                error);
        }

        return CifarImages.InArchive(archive, cifar);
    }

    private static string PathOf(PrepareRequest request) => Path.Combine(
        Path.GetFullPath(request.DataRoot), "prepared",
        request.Dataset == DatasetKind.ImageFolder ? $"folder-{FolderName(request)}.images" : $"{Knobs.WordOf(request.Dataset)}.images");

    private static string FolderName(PrepareRequest request)
    {
        var knob = Knobs.Get("folder");
        if (request.Folder is null) throw new BadInputException($"folder: missing; dataset image-folder needs {knob.Allowed}");
        if (!knob.TryParse(request.Folder, out _)) throw new BadInputException($"folder: '{request.Folder}' is not {knob.Allowed}");
        return request.Folder;
    }

    // What it was made from may be gone: the prepared images are as good without it.
    private static PreparedImages? Find(string path, IImageSource? source) =>
        IsAsStamped(path) && (source is null || ReadStamp(path)?.Source == source.Fingerprint) ? PreparedImages.TryOpen(path) : null;

    private static bool IsAsStamped(string path) => ReadStamp(path) is { } stamp && File.Exists(path) && stamp == Stamp.Of(path, stamp.Source);

    private static Stamp? ReadStamp(string path) => File.Exists(StampOf(path)) ? DurableFile.ReadJson<Stamp>(StampOf(path)) : null;

    private static string StampOf(string path) => $"{path}.json";

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is UnauthorizedAccessException || (error is IOException io && !DurableFile.IsDiskFull(io)))
        {
            throw new BadInputException($"{folder}: prepared images cannot be kept here: {error.Message}", error);
        }
    }

    /// <summary>What a prepared file was when its digest was known to be right.</summary>
    private sealed record Stamp(string Source, long Length, DateTime ModifiedUtc)
    {
        public static Stamp Of(string path, string source)
        {
            var file = new FileInfo(path);
            return new Stamp(source, file.Length, file.LastWriteTimeUtc);
        }
    }
}
