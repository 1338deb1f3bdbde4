using System.Security.Cryptography.X509Certificates;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// What a command needs to connect to a head: its address, the token, and the certificate of the head's own authority.
/// </summary>
/// <param name="Address">The base address, with a slash at its end.</param>
/// <param name="Token">The token; null for a request that requires none.</param>
/// <param name="Authority">The only accepted authority; null: the authorities that the system trusts.</param>
public sealed record HeadAccess(Uri Address, ApiToken? Token, X509Certificate2? Authority = null)
{
    /// <summary>The environment variable with the token when <c>--head</c> is an address.</summary>
    public const string TokenVariable = "SBNN_TOKEN";

    /// <summary>The accepted addresses, for messages.</summary>
    internal const string AddressAllowed =
        "https://<host>:<port>, or http:// on this machine's loopback interface, for example an ssh tunnel";

    /// <summary>The option or variable that named the head, for messages; null for the head of a home.</summary>
    public string? NamedBy { get; init; }

    /// <summary>The source of the token, for messages.</summary>
    public string TokenSource { get; init; } = TokenVariable;

    /// <summary>True when the head's address is on this machine's loopback interface, where no proxy is used.</summary>
    internal bool IsLocal => HostGate.IsLoopback(Address.Host);

    /// <summary>
    /// The head that a user names: by the path of a file (<see cref="HeadAccessFile"/>), or by an address, with the
    /// token in <see cref="TokenVariable"/>. Throws <see cref="BadInputException"/> when the file, the address or the
    /// token is not valid.
    /// </summary>
    /// <param name="given">The path or the address.</param>
    /// <param name="namedBy">The option or variable that contains the path or the address, for messages.</param>
    public static HeadAccess Find(string given, string namedBy)
    {
        if (!given.Contains("://", StringComparison.Ordinal))
        {
            return File.Exists(given)
                ? HeadAccessFile.Read(given) with { NamedBy = namedBy }
                : throw new BadInputException(
                    $"{namedBy}: the file {given} does not exist (allowed: a head's access file, or its address: "
                        + $"{AddressAllowed})");
        }

        var address = TryParseAddress(given)
            ?? throw new BadInputException($"{namedBy}: {given} is not allowed (allowed: {AddressAllowed})");
        var text = OwnVariable.Find(TokenVariable)
            ?? throw new BadInputException(
                $"{TokenVariable}: missing; it is required because {namedBy} is an address; set the variable, or name "
                    + "the head's access file instead");
        var token = ApiToken.TryParse(text.Trim())
            ?? throw new BadInputException($"{TokenVariable}: not a token (allowed: 64 hex digits)");
        return new HeadAccess(address, token) { NamedBy = namedBy };
    }

    /// <summary>Parses the base address of a head; null when the text is not an accepted address.</summary>
    internal static Uri? TryParseAddress(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address)) return null;
        var isAccepted = address is { UserInfo: "", Query: "", Fragment: "", Host.Length: > 0 }
            && (address.Scheme == Uri.UriSchemeHttps
                || (address.Scheme == Uri.UriSchemeHttp && HostGate.IsLoopback(address.Host)));
        return isAccepted ? new Uri(address.AbsoluteUri.TrimEnd('/') + "/") : null;
    }

    /// <summary>
    /// Creates an HTTP client of the head. It verifies the head's certificate before it sends anything, including the
    /// token.
    /// </summary>
    public HttpClient Connect(TimeSpan timeout)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (IsLocal) handler.UseProxy = false;
        if (Authority is not null) handler.SslOptions = HeadCertificate.RequireAuthority(Authority);
        return new HttpClient(handler)
        {
            BaseAddress = Address,
            Timeout = timeout,
            DefaultRequestHeaders = { Authorization = Token is null ? null : new("Bearer", Token.Text) },
        };
    }
}
