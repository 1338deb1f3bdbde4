using System.Buffers.Text;
using System.Text;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Where a page of sweeps ends, as clients hold it: opaque to them.</summary>
internal static class SweepCursor
{
    private const string Form = "sweeps:";

    /// <summary>The cursor behind a sweep.</summary>
    public static string Write(string lastName) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Form + lastName));

    /// <summary>The name that the next page starts behind.</summary>
    /// <exception cref="BadInputException">It is not a cursor of this list.</exception>
    public static string Read(string cursor)
    {
        if (Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) is var text
            && text.StartsWith(Form, StringComparison.Ordinal))
            return text[Form.Length..];
        throw new BadInputException($"cursor: {cursor} is not a cursor of this list; start again without one");
    }
}
