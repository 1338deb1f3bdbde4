using System.Security.Cryptography;
using System.Text;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>
/// The secret of a home: a client that has it may read and change the home's sweeps. The loopback interface alone gives
/// no protection, because other users of the machine can reach it.
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
    /// The text that a browser keeps instead of the token. It grants access to this home's pages, and the token cannot
    /// be computed from it.
    /// </summary>
    internal string CookieText { get; }

    /// <summary>Creates a token of 32 random bytes.</summary>
    public static ApiToken CreateRandom() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>Parses a token; null when the text is not a valid token.</summary>
    public static ApiToken? TryParse(string text) =>
        text.Length == 2 * Bytes && text.All(static c => char.IsAsciiHexDigitLower(c)) ? new ApiToken(text) : null;

    /// <summary>Compares a text with this token, in constant time.</summary>
    internal bool Is(string text) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), _text);

    /// <summary>Compares a text with <see cref="CookieText"/>, in constant time.</summary>
    internal bool IsCookie(string text) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.ASCII.GetBytes(CookieText));
}
