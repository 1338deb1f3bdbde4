using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// A file of published values (<c>sweeps/published/*.yaml</c>), as <see cref="PublishedReader"/> reads it.
/// </summary>
/// <param name="Source">The citation, and the settings behind the values.</param>
/// <param name="Rows">The rows by id, in the paper's order.</param>
public sealed record PublishedTable(PublishedSource Source, IReadOnlyDictionary<string, PublishedRow> Rows);
