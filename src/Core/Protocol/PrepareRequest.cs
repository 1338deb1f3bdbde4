using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// Asks <c>sbnn-trainer prepare</c> (JSON on standard input) to find a dataset in the node's cache, or to fetch and
/// decode it. The answers are <see cref="PrepareEvent"/>s.
/// </summary>
/// <param name="Dataset">The kind of dataset.</param>
/// <param name="Folder">The image folder's name below the data root, for <see cref="DatasetKind.ImageFolder"/>.</param>
/// <param name="DataRoot">The folder where datasets are looked up, downloaded and cached.</param>
public sealed record PrepareRequest(DatasetKind Dataset, string? Folder, string DataRoot)
{
    /// <summary>
    /// True when the trainer must exit when its standard input ends. The caller holds it open, so a trainer never
    /// outlives a killed caller. False for a request from a file or a terminal.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool StopsAtEndOfInput { get; init; }

    /// <summary>
    /// True when nothing may be fetched: the answer for images that are not in the cache is
    /// <see cref="ImagesMissing"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FetchesNothing { get; init; }

    /// <summary>
    /// Asks only for the prepared images with this digest in the cache: nothing is fetched or decoded. No answer means
    /// that they are not in the cache. Null asks for the images that the source has now.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Digest { get; init; }
}
