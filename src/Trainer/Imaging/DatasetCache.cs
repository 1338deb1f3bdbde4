using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Prepared datasets below <c>&lt;data root&gt;/prepared/</c>: made once per node, under a file lock, however many trainers ask at
/// once. A stamp beside each file tells what it was made from and which (length, time) it had when its digest was last checked.
/// </summary>
internal sealed class DatasetCache(TimeProvider time)
{
    /// <summary>Finds the dataset in the cache, or makes it. Throws <see cref="BadInputException"/> when its images cannot be used.</summary>
    public async Task<PreparedImages> PrepareAsync(PrepareRequest request, CancellationToken cancellation)
    {
        var source = SourceOf(request);
        var path = PathOf(request);
        if (Current(path, source) is { } found) return found;

        MakeFolder(Path.GetDirectoryName(path)!);
        using var held = await WaitForLockAsync($"{path}.lock", cancellation);
        if (Current(path, source) is { } madeMeanwhile) return madeMeanwhile;

        // Also here when the file was touched: if its bytes are still the right ones, only the stamp is renewed.
        if (ReadStamp(path)?.Source != source.Fingerprint || PreparedImages.TryOpen(path)?.IsIntact() != true)
            PreparedImages.Write(path, source);
        DurableFile.WriteJson(StampOf(path), Stamp.Of(path, source.Fingerprint));
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

    private static IImageSource SourceOf(PrepareRequest request) => request.Dataset switch
    {
        DatasetKind.Synthetic => new SyntheticImages(),
        _ => new ImageFolder(Path.Combine(Path.GetFullPath(request.DataRoot), FolderName(request))),
    };

    private static string PathOf(PrepareRequest request) => Path.Combine(
        Path.GetFullPath(request.DataRoot), "prepared",
        request.Dataset == DatasetKind.Synthetic ? "synthetic.images" : $"folder-{FolderName(request)}.images");

    private static string FolderName(PrepareRequest request)
    {
        var knob = Knobs.Get("folder");
        if (request.Folder is null) throw new BadInputException($"folder: missing; dataset image-folder needs {knob.Allowed}");
        if (!knob.TryParse(request.Folder, out _)) throw new BadInputException($"folder: '{request.Folder}' is not {knob.Allowed}");
        return request.Folder;
    }

    private static PreparedImages? Current(string path, IImageSource source) =>
        IsAsStamped(path) && ReadStamp(path)?.Source == source.Fingerprint ? PreparedImages.TryOpen(path) : null;

    private static bool IsAsStamped(string path) => ReadStamp(path) is { } stamp && File.Exists(path) && stamp == Stamp.Of(path, stamp.Source);

    private static Stamp? ReadStamp(string path) => File.Exists(StampOf(path)) ? DurableFile.ReadJson<Stamp>(StampOf(path)) : null;

    private static string StampOf(string path) => $"{path}.json";

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{folder}: prepared images cannot be kept here: {error.Message}", error);
        }
    }

    private async Task<FolderLock> WaitForLockAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            if (FolderLock.TryTake(path) is { } taken) return taken;
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
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
