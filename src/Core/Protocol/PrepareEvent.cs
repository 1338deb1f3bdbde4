using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// A line of JSON that <c>sbnn-trainer prepare</c> writes to standard output. The last line is a <see
/// cref="PreparedDataset"/>, or <see cref="ImagesMissing"/> when downloading is not allowed. If the output has neither,
/// the exit code and standard error explain why (<see cref="TrainerExit"/>).
/// </summary>
[JsonDerivedType(typeof(ImagesAwaited), "waiting")]
[JsonDerivedType(typeof(ArchiveFetched), "fetching")]
[JsonDerivedType(typeof(FetchInterrupted), "interrupted")]
[JsonDerivedType(typeof(PreparedDataset), "prepared")]
[JsonDerivedType(typeof(ImagesMissing), "missing")]
public abstract record PrepareEvent
{
    /// <summary>
    /// The message for a trainer that exits with code 0 without reporting that the images are prepared or missing.
    /// </summary>
    public const string NoAnswer =
        "'sbnn-trainer prepare' exited without printing whether the images are prepared or missing";
}

/// <summary>Another process is fetching or preparing the same images, and this process waits for it.</summary>
/// <param name="Reason">A sentence that names what this process waits for.</param>
public sealed record ImagesAwaited(string Reason) : PrepareEvent;

/// <summary>
/// The progress of fetching an archive. Reported at the beginning, a few times per second, and at the end.
/// </summary>
/// <param name="Url">The archive's address.</param>
/// <param name="Received">The number of bytes received so far, including those of earlier tries.</param>
/// <param name="Total">The archive's length in bytes.</param>
public sealed record ArchiveFetched(string Url, long Received, long Total) : PrepareEvent;

/// <summary>The transfer was interrupted and resumes after a pause.</summary>
/// <param name="Reason">A sentence that says what happened.</param>
/// <param name="PauseSeconds">Seconds until the next try.</param>
public sealed record FetchInterrupted(string Reason, double PauseSeconds) : PrepareEvent;

/// <summary>The images are not in the cache, and the request does not allow fetching them.</summary>
/// <param name="Reason">A sentence that names the missing files and the folder.</param>
/// <param name="Source">The address from which the images can be fetched; null when they cannot be fetched.</param>
public sealed record ImagesMissing(string Reason, ImageSource? Source) : PrepareEvent;

/// <summary>An address from which images can be fetched, and what is known about the images before that.</summary>
/// <param name="Url">The archive's address.</param>
/// <param name="Bytes">The archive's length in bytes.</param>
/// <param name="Images">
/// The description of the images in the archive. Its digest is empty, because it is unknown until they are prepared.
/// </param>
public sealed record ImageSource(string Url, long Bytes, PreparedDataset Images);

/// <summary>The images are prepared and in the cache.</summary>
/// <param name="Digest">SHA-256 (lower-case hex) of the prepared images and labels.</param>
/// <param name="TrainImages">The number of training images.</param>
/// <param name="TestImages">The number of test images.</param>
/// <param name="Classes">Class names, in label order.</param>
public sealed record PreparedDataset(string Digest, int TrainImages, int TestImages, IReadOnlyList<string> Classes)
    : PrepareEvent
{
    /// <summary>The number of training images of the smallest class.</summary>
    public required int SmallestTrainClass { get; init; }

    /// <summary>The number of test images of the smallest class.</summary>
    public required int SmallestTestClass { get; init; }

    /// <summary>The height of every image in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The width of every image in pixels.</summary>
    public required int Width { get; init; }
}
