using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// Asks <c>sbnn-trainer prepare</c> (JSON on standard input) to fetch and decode a dataset into the node's cache, or to
/// find it there. It answers with <see cref="PrepareEvent"/>s.
/// </summary>
/// <param name="Dataset">Which kind.</param>
/// <param name="Folder">The image folder's name below the data root, for <see cref="DatasetKind.ImageFolder"/>.</param>
/// <param name="DataRoot">Where datasets are looked up, fetched to, and cached when they are prepared.</param>
public sealed record PrepareRequest(DatasetKind Dataset, string? Folder, string DataRoot)
{
    /// <summary>
    /// True when the trainer is to end with its standard input, which its caller holds open: then none outlives a
    /// caller that is killed. False for a request from a file or by hand.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool StopsAtEndOfInput { get; init; }

    /// <summary>
    /// True when nothing is to be fetched: the answer for images that are not here is <see cref="ImagesMissing"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FetchesNothing { get; init; }

    /// <summary>
    /// Asks only for the prepared images of this digest, as they are in the cache: nothing is fetched or decoded.
    /// Without an answer they are not there. Null: whatever images the source has now.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Digest { get; init; }
}
