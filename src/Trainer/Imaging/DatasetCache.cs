using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Prepared datasets below <c>&lt;data root&gt;/prepared/</c>. Each dataset is prepared once per node under a file
/// lock, even when several trainers request it at the same time. The files are named by digest and stay when their
/// source changes, so a waiting trial still finds the images with which it was submitted. Beside each file, a stamp
/// records the file's length and time at the last check of its digest. A file with the name of the source records the
/// digest of the source's images.
/// </summary>
internal sealed class DatasetCache(TimeProvider time)
{
    /// <summary>Called with the progress of a slow preparation.</summary>
    public Action<PrepareEvent> Report { get; init; } = static _ => { };

    /// <summary>Returns the file format of a CIFAR dataset; null for other datasets.</summary>
    public Func<DatasetKind, CifarFormat?> CifarOf { get; init; } = CifarFormat.Of;

    /// <summary>
    /// Finds the dataset in the cache, or fetches it if necessary and prepares it. Throws <see
    /// cref="BadInputException"/> when its images are not available or cannot be used.
    /// </summary>
    public async Task<PreparedImages> PrepareAsync(PrepareRequest request, CancellationToken cancellation) =>
        (await FindOrPrepareAsync(request with { FetchesNothing = false }, cancellation))!;

    /// <summary>
    /// Like <see cref="PrepareAsync"/>; null when the images are missing and the request does not allow fetching them.
    /// </summary>
    public async Task<PreparedImages?> FindOrPrepareAsync(PrepareRequest request, CancellationToken cancellation)
    {
        var place = PlaceOf(request);
        var source = SourceOf(request);
        if (FindRecorded(place, source, Find) is { } found) return found;

        // Returns before taking the lock, which would create the folder with only the lock's file in it.
        if (source is null && request.FetchesNothing && !place.HasRecord) return null;

        using var held = await LockAsync(place, cancellation);
        source = SourceOf(request);
        if (FindRecorded(place, source, FindIntact) is { } madeMeanwhile) return madeMeanwhile;

        if (source is null && request.FetchesNothing) return null;
        source ??= await FetchAsync(request, cancellation);
        _ = source.LabelsOf(Split.Train); // Detects damaged files before writing begins.
        var made = PreparedImages.Write(place.UnfinishedImages, source);
        var path = place.PathOf(made.Digest);
        // A trainer that has mapped the old file into memory keeps its bytes, which equal the new ones.
        File.Move(made.Path, path, overwrite: true);
        DurableFile.WriteJson(StampOf(path), FileStamp.Of(path));
        DurableFile.WriteJson(place.DigestRecord, new SourceDigests(source.Fingerprint, made.Digest));
        return PreparedImages.TryOpen(path)!;
    }

    /// <summary>
    /// The answer to a request that does not allow fetching. Generated images that are not in the cache are described
    /// without being stored, because any data root will do for them.
    /// </summary>
    public async Task<PrepareEvent> SurveyAsync(PrepareRequest request, CancellationToken cancellation)
    {
        if (SourceOf(request) is GeneratedImages generated)
            return FindRecorded(PlaceOf(request), generated, Find)?.Answer() ?? PreparedImages.Describe(generated);
        return (PrepareEvent?)(await FindOrPrepareAsync(request, cancellation))?.Answer() ?? Missing(request);
    }

    /// <summary>The answer to a request whose images are not available.</summary>
    public ImagesMissing Missing(PrepareRequest request)
    {
        var root = Path.GetFullPath(request.DataRoot);
        return CifarOf(request.Dataset) is { } cifar
            ? new ImagesMissing(
                $"{root} has neither {cifar.Archive} nor {cifar.Folder}",
                new ImageSource(cifar.Url.AbsoluteUri, cifar.ArchiveBytes, cifar.Published))
            : new ImagesMissing(ImageFolder.Missing(Path.Combine(root, FolderName(request))), Source: null);
    }

    /// <summary>
    /// Opens the prepared images with a digest, as a trial requires them. The source is read only when the cache does
    /// not have them. Throws <see cref="BadInputException"/> when the source's images have another digest.
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
        var reason = $"another process fetches or prepares these images (it holds {place.Lock}); waiting until it ends";
        return await FileLock.WaitAsync(
            place.Lock, () => Report(new ImagesAwaited(reason)), time, cancellation);
    }

    /// <summary>
    /// The source of the images below the data root; null when it does not exist, so the images must come from the
    /// cache or be fetched.
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
            // The constructor throws with a message that names the missing folder.
            return new ImageFolder(Path.Combine(root, FolderName(request)));
        var archive = Path.Combine(root, cifar.Archive);
        // Both calls throw for a broken link, because fetching the dataset would replace the user's link.
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
                  unpack the archive in {root}, so that {Path.Combine(root, cifar.Folder, cifar.TestFile)} exists;
                  or set {CifarFormat.UrlVariable} to the address of a folder from which the archive can be fetched.
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
    /// The prepared images with a digest; null when the cache does not have them. The call neither waits nor prepares
    /// images.
    /// </summary>
    public static PreparedImages? FindPrepared(PrepareRequest request, string digest) =>
        FindDigest(PlaceOf(request), digest, Find);

    // Prepared images stay valid when their source no longer exists.
    private static PreparedImages? FindRecorded(Place place, IImageSource? source, Func<string, PreparedImages?> find)
    {
        if (TryRead<SourceDigests>(place.DigestRecord) is { } made
            && (source is null || source.Fingerprint == made.Source)
            && FindDigest(place, made.Digest, find) is { } images)
            return images;
        return TryRead<FileStamp>(StampOf(place.LegacyImages)) is { } stamp
            && (source is null || source.Fingerprint == stamp.Source) ? find(place.LegacyImages) : null;
    }

    // The digest comes from a submission or a file and may be any text. It is checked because it must not lead out of
    // the folder.
    private static PreparedImages? FindDigest(Place place, string digest, Func<string, PreparedImages?> find) =>
        digest.All(char.IsAsciiHexDigitLower)
        ? ((string[])[place.PathOf(digest), place.LegacyImages]).Select(find)
            .FirstOrDefault(images => images?.Digest == digest)
        : null;

    private static PreparedImages? Find(string path) =>
        TryRead<FileStamp>(StampOf(path)) is { } stamp && File.Exists(path) && stamp == FileStamp.Of(path, stamp.Source)
            ? PreparedImages.TryOpen(path) : null;

    // Like Find, but for a file whose length or time differs from its stamp, the digest of its bytes is checked. If the
    // digest is right, the stamp is renewed.
    private static PreparedImages? FindIntact(string path)
    {
        if (Find(path) is { } found) return found;
        if (PreparedImages.TryOpen(path) is not { } touched || !touched.IsIntact()) return null;
        DurableFile.WriteJson(StampOf(path), FileStamp.Of(path, TryRead<FileStamp>(StampOf(path))?.Source));
        return touched;
    }

    // A damaged record is treated as missing. The images are then checked, or prepared again.
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

    /// <summary>The paths of the files in the cache that belong to one source of images.</summary>
    private sealed record Place(string Folder, string Name)
    {
        /// <summary>The file that a process locks while it prepares these images.</summary>
        public string Lock => $"{LegacyImages}.lock";

        /// <summary>
        /// The file to which images are written while their digest, and therefore their name, is unknown.
        /// </summary>
        public string UnfinishedImages => Path.Combine(Folder, $"{Name}.new");

        /// <summary>The record of the images' digest (<see cref="SourceDigests"/>).</summary>
        public string DigestRecord => Path.Combine(Folder, $"{Name}.made");

        /// <summary>True when these images were prepared before, by this build or an earlier one.</summary>
        public bool HasRecord => File.Exists(DigestRecord) || File.Exists(StampOf(LegacyImages));

        /// <summary>
        /// The file in which earlier builds stored the images. It is never replaced, because trials that were submitted
        /// with such a build still need it.
        /// </summary>
        public string LegacyImages => Path.Combine(Folder, $"{Name}.images");

        /// <summary>The file for the images with a digest, from any source.</summary>
        public string PathOf(string digest) => Path.Combine(Folder, $"{digest}.images");
    }

    /// <summary>The fingerprint of a source, and the digest of its images.</summary>
    private sealed record SourceDigests(string Source, string Digest);

    /// <summary>
    /// A prepared file's length and time at the last check of its digest. Earlier builds also stored the source's
    /// fingerprint in it.
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
