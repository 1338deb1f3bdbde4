using System.Net;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>Where other machines reach a head, always with TLS.</summary>
/// <param name="Address">The address at which it listens.</param>
/// <param name="Port">The port of the HTTP API and the dashboard.</param>
/// <param name="GatewayPort">The port of the Orleans gateway.</param>
/// <param name="Name">The name or address that other machines use.</param>
public sealed record ListenSettings(IPAddress Address, int Port, int GatewayPort, string Name)
{
    /// <summary>The base address of the HTTP API.</summary>
    public string Url => new UriBuilder(Uri.UriSchemeHttps, Name, Port).Uri.GetLeftPart(UriPartial.Authority);

    /// <summary>All names at which the head may be asked.</summary>
    internal IReadOnlyList<string> Names =>
        [.. new[] { Name, Address.ToString(), Environment.MachineName }.Distinct(StringComparer.OrdinalIgnoreCase)];
}
