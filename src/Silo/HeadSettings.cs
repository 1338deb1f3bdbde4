using System.Net;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Silo;

/// <summary>What a head serves, and where.</summary>
/// <param name="Home">The home.</param>
/// <param name="DataRoot">Where its images are.</param>
/// <param name="TrainerPath">The trainer's executable, which prepares images.</param>
/// <param name="Grace">How long trainers go on while they do not see their node. A node is given up a minute later.</param>
/// <param name="Port">The port of the HTTP API and the dashboard on the loopback interface; 0: any free one.</param>
/// <param name="Tables">The folder in which the tables of a run end up, or below which those of all sweeps do.</param>
/// <param name="Verbose">True: log what happens inside.</param>
public sealed record HeadSettings(
    HomeFolder Home, string DataRoot, string TrainerPath, TimeSpan Grace, int Port, string Tables, bool Verbose)
{
    /// <summary>The node within the head's own process; null: the head trains nothing itself.</summary>
    public NodeSettings? Node { get; init; }

    /// <summary>Where nodes and remote commands reach the head; null: no other machine may.</summary>
    public ListenSettings? Listen { get; init; }
}

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
    internal IReadOnlyList<string> Names => [.. new[] { Name, Address.ToString(), Environment.MachineName }.Distinct(StringComparer.OrdinalIgnoreCase)];
}
