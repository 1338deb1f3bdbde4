using System.Buffers.Text;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>What a client has seen of a sweep's trials, as it holds it: opaque to it.</summary>
internal static class TrialMark
{
    public static string Write(ChangeMark mark) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(mark, SbnnJson.Options));

    /// <exception cref="BadInputException">It is not a mark.</exception>
    public static ChangeMark Read(string mark)
    {
        try
        {
            if (Base64Url.IsValid(mark) && Parse(Base64Url.DecodeFromChars(mark)) is { Open: not null } read)
                return read;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new BadInputException("since: it is not a mark of this list; start again without one");
    }

    private static ChangeMark? Parse(byte[] json) => JsonSerializer.Deserialize<ChangeMark>(json, SbnnJson.Options);
}
