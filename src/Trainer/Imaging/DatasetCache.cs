using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Prepared datasets below <c>&lt;data root&gt;/prepared/</c>, made once per node, under a file lock, however many
/// trainers ask at once. Their files are named by digest and stay, whatever becomes of what they were made from: a
/// trial that has not begun still finds the images
/// that it was submitted with. A stamp beside each file tells which (length, time) it had when its digest was last
/// checked; a file named by the source tells which digest its images have.
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
    public async Task<PreparedImages> PrepareAsync(PrepareRequest request, CancellationToken cancellation) =>
        (await FindOrMakeAsync(request with { FetchesNothing = false }, cancellation))!;

    /// <summary>
    /// As <see cref="PrepareAsync"/>; null when the images are not here and the request does not want them fetched.
    /// </summary>
    public async Task<PreparedImages?> FindOrMakeAsync(PrepareRequest request, CancellationToken cancellation)
    {
        var place = PlaceOf(request);
        var source = SourceOf(request);
        if (FindMade(place, source, Find) is { } found) return found;

        // Without a lock, whose file would be all that is here.
        if (source is null && request.FetchesNothing && !place.HasRecord) return null;

        using var held = await LockAsync(place, cancellation);
        source = SourceOf(request);
        if (FindMade(place, source, FindIntact) is { } madeMeanwhile) return madeMeanwhile;

        if (source is null && request.FetchesNothing) return null;
        source ??= await FetchAsync(request, cancellation);
        _ = source.LabelsOf(Split.Train); // Files that are broken are noticed here, before a file is begun.
        var made = PreparedImages.Write(place.New, source);
        var path = place.PathOf(made.Digest);
        // A trainer that has the old one mapped keeps its bytes, which were the same.
        File.Move(made.Path, path, overwrite: true);
        DurableFile.WriteJson(StampOf(path), FileStamp.Of(path));
        DurableFile.WriteJson(place.Made, new SourceDigests(source.Fingerprint, made.Digest));
        return PreparedImages.TryOpen(path)!;
    }

    /// <summary>The answer for images that are not here.</summary>
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
    /// The dataset that a trial was told to train on. The source is looked at only when the cache does not hold that
    /// digest. Throws <see cref="BadInputException"/> when the images are not (or no longer) those.
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
                $"{prepared.Path}: the images' digest is {prepared.Digest}, but the trial's dataDigest is {digest}: "
                    + "the images are not those that the trial was made for");
    }

    private async Task<FileLock> LockAsync(Place place, CancellationToken cancellation)
    {
        MakeFolder(place.Folder);
        return await FileLock.WaitAsync(
            place.Lock, () =>
                Tell(new ImagesAwaited(
                    $"another process fetches or prepares these images (it holds {place.Lock}); waiting for it")), time,
                    cancellation);
    }

    /// <summary>
    /// Where the images are read from; null when nothing is there: they may be prepared already, or have to be fetched.
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
            return new ImageFolder(Path.Combine(root, FolderName(request))); // Says what is missing.
        var archive = Path.Combine(root, cifar.Archive);
        // A link that leads nowhere is refused: what it stood for is not to be fetched.
        _ = SourceFile.IsFolder(Path.Combine(root, cifar.Folder));
        _ = SourceFile.Find(archive);
        try
        {
            await new Download(cifar.Url, archive, cifar.ArchiveBytes, cifar.ArchiveSha256, time, Tell)
                .RunAsync(cancellation);
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

    private static Place PlaceOf(PrepareRequest request) => new(
        new PreparedFolder(request.DataRoot).Path,
        request.Dataset == DatasetKind.ImageFolder ? $"folder-{FolderName(request)}" : EnumWords.Of(request.Dataset));

    private static string FolderName(PrepareRequest request)
    {
        var parameter = Hyperparameters.Get("folder");
        if (request.Folder is null)
            throw new BadInputException($"folder: missing; dataset image-folder needs {parameter.Allowed}");
        if (!parameter.TryParse(request.Folder, out _))
            throw new BadInputException($"folder: '{request.Folder}' is not {parameter.Allowed}");
        return request.Folder;
    }

    /// <summary>
    /// The prepared images of a digest; null when the cache does not hold them. Neither waits nor makes any.
    /// </summary>
    public static PreparedImages? FindPrepared(PrepareRequest request, string digest) =>
        FindDigest(PlaceOf(request), digest, Find);

    // What it was made from may be gone: the prepared images are as good without it.
    private static PreparedImages? FindMade(Place place, IImageSource? source, Func<string, PreparedImages?> find)
    {
        if (TryRead<SourceDigests>(place.Made) is { } made && (source is null || source.Fingerprint == made.Source)
            && FindDigest(place, made.Digest, find) is { } images)
            return images;
        return TryRead<FileStamp>(StampOf(place.Earlier)) is { } stamp
            && (source is null || source.Fingerprint == stamp.Source) ? find(place.Earlier) : null;
    }

    // A digest comes from a submission or a file, so it may be anything: it must not lead out of the folder.
    private static PreparedImages? FindDigest(Place place, string digest, Func<string, PreparedImages?> find) =>
        digest.All(char.IsAsciiHexDigitLower)
        ? ((string[])[place.PathOf(digest), place.Earlier]).Select(find)
            .FirstOrDefault(images => images?.Digest == digest)
        : null;

    private static PreparedImages? Find(string path) =>
        TryRead<FileStamp>(StampOf(path)) is { } stamp && File.Exists(path) && stamp == FileStamp.Of(path, stamp.Source)
            ? PreparedImages.TryOpen(path) : null;

    // As Find, also for a file that was touched: if its bytes are still the right ones, the stamp is renewed.
    private static PreparedImages? FindIntact(string path)
    {
        if (Find(path) is { } found) return found;
        if (PreparedImages.TryOpen(path) is not { } touched || !touched.IsIntact()) return null;
        DurableFile.WriteJson(StampOf(path), FileStamp.Of(path, TryRead<FileStamp>(StampOf(path))?.Source));
        return touched;
    }

    // A damaged record is as good as none: the images are checked, or made again.
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
            throw new BadInputException($"{folder}: prepared images cannot be kept here: {error.Message}", error);
        }
    }

    /// <summary>The files of one source of images in the cache.</summary>
    private sealed record Place(string Folder, string Name)
    {
        /// <summary>Held by whoever prepares these images.</summary>
        public string Lock => $"{Earlier}.lock";

        /// <summary>The images until their digest, and so their name, is known.</summary>
        public string New => Path.Combine(Folder, $"{Name}.new");

        /// <summary>Which digest the images have: <see cref="SourceDigests"/>.</summary>
        public string Made => Path.Combine(Folder, $"{Name}.made");

        /// <summary>True when these images were prepared once, by this build or an earlier one.</summary>
        public bool HasRecord => File.Exists(Made) || File.Exists(StampOf(Earlier));

        /// <summary>
        /// Where earlier builds kept them. These images are never replaced: trials submitted then still need them.
        /// </summary>
        public string Earlier => Path.Combine(Folder, $"{Name}.images");

        /// <summary>Where images of a digest are kept, whatever they were made from.</summary>
        public string PathOf(string digest) => Path.Combine(Folder, $"{digest}.images");
    }

    /// <summary>Which digest the images of a source have.</summary>
    private sealed record SourceDigests(string Source, string Digest);

    /// <summary>
    /// What a prepared file was when its digest was known to be right. Earlier builds kept its source there too.
    /// </summary>
    private sealed record FileStamp(string? Source, long Length, DateTime ModifiedUtc)
    {
        public static FileStamp Of(string path, string? source = null)
        {
            var file = Posix.StatusOf(path, followsLink: true)
                ?? throw new FileNotFoundException($"{path}: gone", path);
            return new FileStamp(source, file.Length, file.ModifiedUtc);
        }
    }
}
