using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>Asks <c>sbnn-trainer prepare</c> (JSON on standard input) to decode a dataset into the node's cache, or to find it there.</summary>
/// <param name="Dataset">Which kind.</param>
/// <param name="Folder">The image folder's name below the data root, for <see cref="DatasetKind.ImageFolder"/>.</param>
/// <param name="DataRoot">Where image folders are looked up and prepared datasets are cached.</param>
public sealed record PrepareRequest(DatasetKind Dataset, string? Folder, string DataRoot);

/// <summary>The answer of <c>sbnn-trainer prepare</c> (one line of JSON on standard output).</summary>
/// <param name="Digest">SHA-256 (lower-case hex) of the prepared images and labels.</param>
/// <param name="TrainImages">Training images there are.</param>
/// <param name="TestImages">Test images there are.</param>
/// <param name="Classes">Class names, in label order.</param>
public sealed record PreparedDataset(string Digest, int TrainImages, int TestImages, IReadOnlyList<string> Classes);
