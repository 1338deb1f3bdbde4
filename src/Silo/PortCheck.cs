using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Silo;

/// <summary>
/// Checks that a head can listen at the addresses that the user chose, before the silo starts. A silo that cannot
/// listen logs several errors with stack traces, which do not name the option.
/// </summary>
internal static class PortCheck
{
    /// <summary>Throws when the head cannot listen at one of its addresses.</summary>
    /// <param name="port">The port of the API on the loopback interface; 0: any free one.</param>
    /// <param name="listen">The addresses for other machines; null: none.</param>
    /// <exception cref="BadInputException">An address is not of this machine, or a port cannot be used.</exception>
    public static void ThrowIfUnusable(int port, ListenSettings? listen)
    {
        Check("--port", new IPEndPoint(IPAddress.Loopback, port));
        if (listen is null) return;
        Check("--listen", new IPEndPoint(listen.Address, listen.Port));
        Check("--listen", new IPEndPoint(listen.Address, listen.GatewayPort));
    }

    private static void Check(string option, IPEndPoint endpoint)
    {
        try
        {
            using var probe = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(endpoint);
        }
        catch (SocketException error)
        {
            throw new BadInputException($"{option}: {Problem(endpoint, error)}", error);
        }
    }

    private static string Problem(IPEndPoint endpoint, SocketException error)
    {
        var port = string.Create(CultureInfo.InvariantCulture, $"{endpoint.Port}");
        return error.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse =>
                $"port {port} is not free: another program listens on it; choose another port",
            SocketError.AccessDenied =>
                $"port {port} requires a permission that the user {Environment.UserName} lacks (allowed: 1024 or more)",
            SocketError.AddressNotAvailable =>
                $"{endpoint.Address} is not an address of this machine (allowed: {string.Join(", ", OwnAddresses())}); "
                    + "for the address of a NAT or a port forward use --advertise",
            _ => $"this machine cannot listen at {endpoint}: {error.Message} (allowed: "
                + $"{string.Join(", ", OwnAddresses())})",
        };
    }

    private static IEnumerable<IPAddress> OwnAddresses() =>
        from network in NetworkInterface.GetAllNetworkInterfaces()
        where network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
        from own in network.GetIPProperties().UnicastAddresses
        where !own.Address.IsIPv6LinkLocal
        select own.Address;
}
