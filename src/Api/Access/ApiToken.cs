using System.Security.Cryptography;
using System.Text;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>
/// The secret of a home: whoever has it may read and change its sweeps. Loopback alone keeps nobody out, because a
/// login node has other users.
/// </summary>
public sealed class ApiToken
{
    private const int Bytes = 32;

    private readonly byte[] _text;

    private ApiToken(string text)
    {
        Text = text;
        _text = Encoding.ASCII.GetBytes(text);
        CookieText = Convert.ToHexStringLower(HMACSHA256.HashData(_text, "cookie"u8));
    }

    /// <summary>64 lower-case hex digits.</summary>
    public string Text { get; }

    /// <summary>
    /// What a browser keeps in its place: enough for this home's pages, and no way back to the token.
    /// </summary>
    internal string CookieText { get; }

    /// <summary>Draws a token of 32 random bytes.</summary>
    public static ApiToken Draw() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>Reads a token; null when the text is not one.</summary>
    public static ApiToken? TryParse(string text) =>
        text.Length == 2 * Bytes && text.All(static c => char.IsAsciiHexDigitLower(c)) ? new ApiToken(text) : null;

    /// <summary>Whether a text is this token, in a time that does not depend on where the two differ.</summary>
    internal bool Is(string text) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), _text);

    /// <summary>Whether a text is <see cref="CookieText"/>, in such a time too.</summary>
    internal bool IsCookie(string text) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.ASCII.GetBytes(CookieText));
}
