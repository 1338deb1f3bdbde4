using System.Net;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>Where other machines reach a head, always with TLS.</summary>
/// <param name="Address">The address at which it listens.</param>
/// <param name="Port">The port of the HTTP API and the dashboard; the next one is that of the Orleans gateway.</param>
/// <param name="Name">The name or address that other machines use.</param>
public sealed record ListenSettings(IPAddress Address, int Port, string Name)
{
    /// <summary>
    /// The port of the HTTP API as other machines use it, where a forward or a NAT lies between; the next one leads to
    /// the gateway. If not set, it is that at which the head listens.
    /// </summary>
    public int? AdvertisedPort { get; init; }

    /// <summary>The port of the Orleans gateway.</summary>
    public int GatewayPort => GatewayPortOf(Port);

    /// <summary>The base address of the HTTP API.</summary>
    public string Url =>
        new UriBuilder(Uri.UriSchemeHttps, Name, AdvertisedPort ?? Port).Uri.GetLeftPart(UriPartial.Authority);

    /// <summary>The port of the gateway beside that of the API.</summary>
    internal static int GatewayPortOf(int port) => port + 1;

    /// <summary>All names at which the head may be asked.</summary>
    internal IReadOnlyList<string> Names =>
        [.. new[] { Name, Address.ToString(), Environment.MachineName }.Distinct(StringComparer.OrdinalIgnoreCase)];
}
