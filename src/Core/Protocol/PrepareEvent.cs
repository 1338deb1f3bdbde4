using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// A line of JSON on standard output of <c>sbnn-trainer prepare</c>. The last one is <see cref="PreparedDataset"/>, or
/// <see cref="ImagesMissing"/> where nothing may be fetched; when there is none, the exit code and standard error say
/// why (<see cref="TrainerExit"/>).
/// </summary>
[JsonDerivedType(typeof(ImagesAwaited), "waiting")]
[JsonDerivedType(typeof(ArchiveFetched), "fetching")]
[JsonDerivedType(typeof(FetchInterrupted), "interrupted")]
[JsonDerivedType(typeof(PreparedDataset), "prepared")]
[JsonDerivedType(typeof(ImagesMissing), "missing")]
public abstract record PrepareEvent;

/// <summary>Another process fetches or prepares the same images: this one waits for it.</summary>
/// <param name="Reason">For whom, in a sentence for people.</param>
public sealed record ImagesAwaited(string Reason) : PrepareEvent;

/// <summary>An archive is being fetched: told at the beginning, some times a second, and at the end.</summary>
/// <param name="Url">From where.</param>
/// <param name="Received">Bytes that are here, those of earlier tries included.</param>
/// <param name="Total">Bytes that it has.</param>
public sealed record ArchiveFetched(string Url, long Received, long Total) : PrepareEvent;

/// <summary>The transfer broke off; it goes on from there after a pause.</summary>
/// <param name="Reason">What happened, in a sentence for people.</param>
/// <param name="PauseSeconds">Seconds until the next try.</param>
public sealed record FetchInterrupted(string Reason, double PauseSeconds) : PrepareEvent;

/// <summary>The images are not here, and the request does not want them fetched.</summary>
/// <param name="Reason">What is not where, in words for people.</param>
/// <param name="Source">From where they can be fetched; null: from nowhere.</param>
public sealed record ImagesMissing(string Reason, ImageSource? Source) : PrepareEvent;

/// <summary>Where images can be fetched, and what is known of them before they are.</summary>
/// <param name="Url">The archive's address.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Images">The images in it. Their digest is not known: it is empty.</param>
public sealed record ImageSource(string Url, long Bytes, PreparedDataset Images);

/// <summary>The images are in the cache.</summary>
/// <param name="Digest">SHA-256 (lower-case hex) of the prepared images and labels.</param>
/// <param name="TrainImages">Training images there are.</param>
/// <param name="TestImages">Test images there are.</param>
/// <param name="Classes">Class names, in label order.</param>
public sealed record PreparedDataset(string Digest, int TrainImages, int TestImages, IReadOnlyList<string> Classes)
    : PrepareEvent
{
    /// <summary>Training images of the class that has fewest.</summary>
    public required int SmallestTrainClass { get; init; }

    /// <summary>Test images of the class that has fewest.</summary>
    public required int SmallestTestClass { get; init; }

    /// <summary>Pixels from top to bottom of every image.</summary>
    public required int Height { get; init; }

    /// <summary>Pixels from left to right of every image.</summary>
    public required int Width { get; init; }
}
