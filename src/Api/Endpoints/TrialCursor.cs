using System.Buffers.Text;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// The position where a page of trials ends, as a text that is opaque to clients. Valid for one revision, order and
/// filter.
/// </summary>
internal sealed record TrialCursor
{
    public required int Revision { get; init; }

    public TrialState? State { get; init; }

    public required TrialOrder Order { get; init; }

    public required TrialPosition Place { get; init; }

    public string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, SbnnJson.Options));

    /// <exception cref="BadInputException">The text is not a cursor of a list with this order and filter.</exception>
    public static TrialCursor Read(string cursor, TrialState? state, TrialOrder order)
    {
        var read = TryRead(cursor)
            ?? throw new BadInputException(
                $"cursor: {cursor} is not a cursor of this list; start again without a cursor");
        return read.State == state && read.Order == order
            ? read
            : throw new BadInputException(
                "cursor: this cursor belongs to a list with another state or order; start again without a cursor");
    }

    /// <exception cref="BadInputException">The sweep has another revision now.</exception>
    public void RequireRevision(int revision)
    {
        if (Revision != revision)
            throw new BadInputException(
                $"cursor: this cursor belongs to revision {Revision}, and the sweep is at revision {revision}; start "
                    + "again without a cursor");
    }

    private static TrialCursor? TryRead(string cursor)
    {
        try
        {
            return Base64Url.IsValid(cursor)
                ? JsonSerializer.Deserialize<TrialCursor>(Base64Url.DecodeFromChars(cursor), SbnnJson.Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
