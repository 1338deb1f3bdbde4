using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// A request to <c>sbnn-trainer prepare</c> (JSON on standard input): find a dataset in the node's cache, or fetch and
/// decode it. The answers are <see cref="PrepareEvent"/>s.
/// </summary>
/// <param name="Dataset">The kind of dataset.</param>
/// <param name="Folder">The image folder's name below the data root, for <see cref="DatasetKind.ImageFolder"/>.</param>
/// <param name="DataRoot">The folder where datasets are looked up, downloaded and cached.</param>
public sealed record PrepareRequest(DatasetKind Dataset, string? Folder, string DataRoot)
{
    /// <summary>
    /// True when the trainer must exit at the end of its standard input. The caller keeps that input open, so a trainer
    /// never outlives a killed caller. False for a request from a file or a terminal.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool StopsAtEndOfInput { get; init; }

    /// <summary>
    /// True when nothing may be fetched: the answer for images that are not on this machine is
    /// <see cref="ImagesMissing"/>. Generated images are described, but not stored.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FetchesNothing { get; init; }

    /// <summary>
    /// The digest of the requested images, which are then only looked up in the cache: nothing is fetched or decoded,
    /// and the output is empty when the cache does not have them. Null requests the images that the source has now.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Digest { get; init; }
}
