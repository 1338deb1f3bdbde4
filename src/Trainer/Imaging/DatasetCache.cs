using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Prepared datasets below <c>&lt;data root&gt;/prepared/</c>. They are made once per node under a file lock, even when
/// several trainers ask at the same time. The files are named by digest and stay when their source changes, so a
/// waiting trial still finds the images with which it was submitted. A stamp beside each file records its length and
/// time when its digest was last checked. A file named after the source records the digest of the source's images.
/// </summary>
internal sealed class DatasetCache(TimeProvider time)
{
    /// <summary>Called with what a slow preparation is doing.</summary>
    public Action<PrepareEvent> Report { get; init; } = static _ => { };

    /// <summary>Returns the format of CIFAR's datasets; null for others.</summary>
    public Func<DatasetKind, CifarFormat?> CifarOf { get; init; } = CifarFormat.Of;

    /// <summary>
    /// Finds the dataset in the cache, or prepares it after fetching it if necessary. Throws
    /// <see cref="BadInputException"/> when its images are not available or cannot be used.
    /// </summary>
    public async Task<PreparedImages> PrepareAsync(PrepareRequest request, CancellationToken cancellation) =>
        (await FindOrMakeAsync(request with { FetchesNothing = false }, cancellation))!;

    /// <summary>
    /// Like <see cref="PrepareAsync"/>; null when the images are missing and the request does not allow fetching them.
    /// </summary>
    public async Task<PreparedImages?> FindOrMakeAsync(PrepareRequest request, CancellationToken cancellation)
    {
        var place = PlaceOf(request);
        var source = SourceOf(request);
        if (FindMade(place, source, Find) is { } found) return found;

        // Take no lock, because its file would be the only file here.
        if (source is null && request.FetchesNothing && !place.HasRecord) return null;

        using var held = await LockAsync(place, cancellation);
        source = SourceOf(request);
        if (FindMade(place, source, FindIntact) is { } madeMeanwhile) return madeMeanwhile;

        if (source is null && request.FetchesNothing) return null;
        source ??= await FetchAsync(request, cancellation);
        _ = source.LabelsOf(Split.Train); // Detects damaged files before writing begins.
        var made = PreparedImages.Write(place.New, source);
        var path = place.PathOf(made.Digest);
        // A trainer that has the old file mapped keeps its bytes, which are the same.
        File.Move(made.Path, path, overwrite: true);
        DurableFile.WriteJson(StampOf(path), FileStamp.Of(path));
        DurableFile.WriteJson(place.Made, new SourceDigests(source.Fingerprint, made.Digest));
        return PreparedImages.TryOpen(path)!;
    }

    /// <summary>The answer for images that are not available.</summary>
    public ImagesMissing Missing(PrepareRequest request)
    {
        var root = Path.GetFullPath(request.DataRoot);
        return CifarOf(request.Dataset) is { } cifar
            ? new ImagesMissing(
                $"{root} has neither {cifar.Archive} nor {cifar.Folder}",
                new ImageSource(cifar.Url.AbsoluteUri, cifar.ArchiveBytes, cifar.Published))
            : new ImagesMissing($"{Path.Combine(root, FolderName(request))}: no such image folder", Source: null);
    }

    /// <summary>
    /// Opens the dataset that a trial is assigned. The source is read only when the cache does not hold the digest.
    /// Throws <see cref="BadInputException"/> when the source's images do not have that digest.
    /// </summary>
    public async Task<PreparedImages> OpenAsync(PrepareRequest request, string digest, CancellationToken cancellation)
    {
        var place = PlaceOf(request);
        if (FindDigest(place, digest, Find) is { } cached) return cached;
        using (await LockAsync(place, cancellation))
        {
            if (FindDigest(place, digest, FindIntact) is { } intact) return intact;
        }

        var prepared = await PrepareAsync(request, cancellation);
        return prepared.Digest == digest
            ? prepared
            : throw new BadInputException(
                $"{prepared.Path}: the images' digest is {prepared.Digest}, but the trial's dataDigest is "
                    + $"{digest}; restore the images for which the trial was submitted");
    }

    private async Task<FileLock> LockAsync(Place place, CancellationToken cancellation)
    {
        MakeFolder(place.Folder);
        return await FileLock.WaitAsync(
            place.Lock, () =>
                Report(new ImagesAwaited(
                    $"another process fetches or prepares these images (it holds {place.Lock}); waiting for it")), time,
                    cancellation);
    }

    /// <summary>
    /// The source of the images; null when there is none, because they are already prepared or must be fetched.
    /// </summary>
    private IImageSource? SourceOf(PrepareRequest request)
    {
        var root = Path.GetFullPath(request.DataRoot);
        if (CifarOf(request.Dataset) is not { } cifar)
        {
            return request.Dataset switch
            {
                DatasetKind.Synthetic => new SyntheticImages(),
                DatasetKind.Shapes => new ShapeImages(),
                _ => FindFolder(Path.Combine(root, FolderName(request))),
            };
        }

        var (folder, archive) = (Path.Combine(root, cifar.Folder), Path.Combine(root, cifar.Archive));
        return Directory.Exists(folder) ? CifarImages.InFolder(folder, cifar)
            : File.Exists(archive) ? CifarImages.InArchive(archive, cifar)
            : null;
    }

    private static ImageFolder? FindFolder(string path) => SourceFile.IsFolder(path) ? new ImageFolder(path) : null;

    private async Task<IImageSource> FetchAsync(PrepareRequest request, CancellationToken cancellation)
    {
        var root = Path.GetFullPath(request.DataRoot);
        if (CifarOf(request.Dataset) is not { } cifar)
            // Throws with a message that names what is missing.
            return new ImageFolder(Path.Combine(root, FolderName(request)));
        var archive = Path.Combine(root, cifar.Archive);
        // A broken link is refused, because fetching the dataset would replace what the user linked to.
        _ = SourceFile.IsFolder(Path.Combine(root, cifar.Folder));
        _ = SourceFile.Find(archive);
        try
        {
            await new Download(cifar.Url, archive, cifar.ArchiveBytes, cifar.ArchiveSha256, time, Report)
                .RunAsync(cancellation);
        }
        catch (BadInputException error)
        {
            throw new BadInputException(
                $"""
                {cifar.Word}: its images are not in {root} and could not be fetched. {error.Message}
                There are three ways to provide them; then run the same command again:
                  put {cifar.Archive} ({cifar.ArchiveBytes} bytes) into {root};
                  unpack it there, so that {Path.Combine(root, cifar.Folder, cifar.TestFile)} is one of its files;
                  or set {CifarFormat.HomeVariable} to the address of a folder with the archive, which is then fetched.
                """,
                error);
        }

        return CifarImages.InArchive(archive, cifar);
    }

    private static Place PlaceOf(PrepareRequest request) => new(
        new PreparedFolder(request.DataRoot).Path,
        request.Dataset == DatasetKind.ImageFolder ? $"folder-{FolderName(request)}" : EnumWords.Of(request.Dataset));

    private static string FolderName(PrepareRequest request)
    {
        var parameter = Hyperparameters.Get("folder");
        if (request.Folder is null)
            throw new BadInputException($"folder: missing (allowed for dataset image-folder: {parameter.Allowed})");
        if (!parameter.TryParse(request.Folder, out _))
            throw new BadInputException($"folder: '{request.Folder}' is not allowed (allowed: {parameter.Allowed})");
        return request.Folder;
    }

    /// <summary>
    /// The prepared images of a digest; null when the cache does not hold them. This neither waits nor prepares any.
    /// </summary>
    public static PreparedImages? FindPrepared(PrepareRequest request, string digest) =>
        FindDigest(PlaceOf(request), digest, Find);

    // The source may be gone; its prepared images are still valid.
    private static PreparedImages? FindMade(Place place, IImageSource? source, Func<string, PreparedImages?> find)
    {
        if (TryRead<SourceDigests>(place.Made) is { } made && (source is null || source.Fingerprint == made.Source)
            && FindDigest(place, made.Digest, find) is { } images)
            return images;
        return TryRead<FileStamp>(StampOf(place.Earlier)) is { } stamp
            && (source is null || source.Fingerprint == stamp.Source) ? find(place.Earlier) : null;
    }

    // A digest comes from a submission or a file and may be any text, so it must not lead out of the folder.
    private static PreparedImages? FindDigest(Place place, string digest, Func<string, PreparedImages?> find) =>
        digest.All(char.IsAsciiHexDigitLower)
        ? ((string[])[place.PathOf(digest), place.Earlier]).Select(find)
            .FirstOrDefault(images => images?.Digest == digest)
        : null;

    private static PreparedImages? Find(string path) =>
        TryRead<FileStamp>(StampOf(path)) is { } stamp && File.Exists(path) && stamp == FileStamp.Of(path, stamp.Source)
            ? PreparedImages.TryOpen(path) : null;

    // Like Find, but also checks a file that was modified: if its bytes still have their digest, the stamp is renewed.
    private static PreparedImages? FindIntact(string path)
    {
        if (Find(path) is { } found) return found;
        if (PreparedImages.TryOpen(path) is not { } touched || !touched.IsIntact()) return null;
        DurableFile.WriteJson(StampOf(path), FileStamp.Of(path, TryRead<FileStamp>(StampOf(path))?.Source));
        return touched;
    }

    // A damaged record counts as missing: the images are checked, or prepared again.
    private static T? TryRead<T>(string path)
        where T : class
    {
        try
        {
            return File.Exists(path) ? DurableFile.ReadJson<T>(path) : null;
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    private static string StampOf(string path) => $"{path}.json";

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error)
            when (error is UnauthorizedAccessException || (error is IOException io && !DurableFile.IsDiskFull(io)))
        {
            throw new BadInputException($"{folder}: prepared images cannot be written here: {error.Message}", error);
        }
    }

    /// <summary>The files of one source of images in the cache.</summary>
    private sealed record Place(string Folder, string Name)
    {
        /// <summary>Locked by the process that prepares these images.</summary>
        public string Lock => $"{Earlier}.lock";

        /// <summary>Holds the images until their digest, and so their name, is known.</summary>
        public string New => Path.Combine(Folder, $"{Name}.new");

        /// <summary>Records which digest the images have: <see cref="SourceDigests"/>.</summary>
        public string Made => Path.Combine(Folder, $"{Name}.made");

        /// <summary>True when these images were prepared before, by this build or an earlier one.</summary>
        public bool HasRecord => File.Exists(Made) || File.Exists(StampOf(Earlier));

        /// <summary>
        /// The file in which earlier builds kept the images. It is never replaced, because trials submitted then still
        /// need it.
        /// </summary>
        public string Earlier => Path.Combine(Folder, $"{Name}.images");

        /// <summary>The file for the images of a digest, from any source.</summary>
        public string PathOf(string digest) => Path.Combine(Folder, $"{digest}.images");
    }

    /// <summary>The digest of the images of a source.</summary>
    private sealed record SourceDigests(string Source, string Digest);

    /// <summary>
    /// A prepared file's length and time when its digest was last checked. Earlier builds stored the source there, too.
    /// </summary>
    private sealed record FileStamp(string? Source, long Length, DateTime ModifiedUtc)
    {
        public static FileStamp Of(string path, string? source = null)
        {
            var file = Posix.StatusOf(path, followsLink: true)
                ?? throw new FileNotFoundException($"{path}: the file is gone", path);
            return new FileStamp(source, file.Length, file.ModifiedUtc);
        }
    }
}
