using System.Net;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>The addresses at which other machines reach a head, always with TLS.</summary>
/// <param name="Address">The address at which the head listens.</param>
/// <param name="Port">The port of the HTTP API and the dashboard. The Orleans gateway uses the next port.</param>
/// <param name="Name">The head's name or address for other machines.</param>
public sealed record ListenSettings(IPAddress Address, int Port, string Name)
{
    /// <summary>
    /// The port of the HTTP API for other machines that reach the head through a port forward or NAT. The next port
    /// leads to the gateway. Null: the port at which the head listens.
    /// </summary>
    public int? AdvertisedPort { get; init; }

    /// <summary>The port of the Orleans gateway.</summary>
    public int GatewayPort => GatewayPortOf(Port);

    /// <summary>The base address of the HTTP API.</summary>
    public string Url =>
        new UriBuilder(Uri.UriSchemeHttps, Name, AdvertisedPort ?? Port).Uri.GetLeftPart(UriPartial.Authority);

    /// <summary>Returns the gateway's port for a given port of the API.</summary>
    internal static int GatewayPortOf(int port) => port + 1;

    /// <summary>All names under which clients may address the head.</summary>
    internal IReadOnlyList<string> Names =>
        [.. new[] { Name, Address.ToString(), Environment.MachineName }.Distinct(StringComparer.OrdinalIgnoreCase)];
}
