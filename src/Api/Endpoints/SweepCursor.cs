using System.Buffers.Text;
using System.Text;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>The position where a page of sweeps ends, as a text that is opaque to clients.</summary>
internal static class SweepCursor
{
    private const string Prefix = "sweeps:";

    /// <summary>Returns the cursor of the page that begins after the given sweep.</summary>
    public static string Write(string lastName) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Prefix + lastName));

    /// <summary>The name after which the next page starts.</summary>
    /// <exception cref="BadInputException">The text is not a cursor of this list.</exception>
    public static string Read(string cursor)
    {
        if (Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) is var text
            && text.StartsWith(Prefix, StringComparison.Ordinal))
            return text[Prefix.Length..];
        throw new BadInputException($"cursor: {cursor} is not a cursor of this list; start again without a cursor");
    }
}
