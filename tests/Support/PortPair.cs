using System.Net;
using System.Net.Sockets;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>Finds two consecutive free ports, because a head's gateway listens on the port after its API's.</summary>
public static class PortPair
{
    // The ports are below those that the kernel assigns to outgoing connections, so that both are still free when a
    // head is restarted.
    private static int _next = Random.Shared.Next(10_000, 15_000) * 2;

    /// <summary>Returns the first port of a pair that no other caller in this process has received.</summary>
    public static int FindFree(IPAddress address)
    {
        while (true)
        {
            var port = Interlocked.Add(ref _next, 2);
            if (IsFree(address, port) && IsFree(address, port + 1)) return port;
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
