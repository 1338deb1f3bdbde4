using System.Buffers.Text;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>A mark of the trials that a client has seen, as a text that is opaque to the client.</summary>
internal static class TrialMark
{
    public static string Write(ChangeMark mark) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(mark, SbnnJson.Options));

    /// <exception cref="BadInputException">The text is not a mark.</exception>
    public static ChangeMark Read(string mark)
    {
        try
        {
            if (Base64Url.IsValid(mark) && Parse(Base64Url.DecodeFromChars(mark)) is { Open: not null } read)
                return read;
        }
        catch (JsonException)
        {
            // The exception below reports this.
        }

        throw new BadInputException("since: not a mark of this list; start again without a mark");
    }

    private static ChangeMark? Parse(byte[] json) => JsonSerializer.Deserialize<ChangeMark>(json, SbnnJson.Options);
}
