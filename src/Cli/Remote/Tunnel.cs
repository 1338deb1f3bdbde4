using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sbnn.Sweeps.Cli.Remote;

/// <summary>
/// A background ssh that forwards two ports of a host to the head: that of the API and the next one. It outlives this
/// command, and is found again by its control socket.
/// </summary>
/// <param name="ssh">The user's ssh.</param>
/// <param name="host">The host.</param>
/// <param name="folder">The folder of sbnn on the host.</param>
internal sealed class Tunnel(SshClient ssh, SshHost host, string folder)
{
    // Sockets have short paths: 108 bytes at most.
    private static readonly string Sockets = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".sbnn", "tunnels");

    private readonly string _prefix = Digest($"{host.Destination}\n{folder}", 12);

    /// <summary>Opens the tunnel, unless it is open; returns true when it was opened.</summary>
    /// <param name="at">The head's loopback address and port on the host.</param>
    /// <param name="head">The head's address and port, as this machine reaches it.</param>
    /// <param name="cancellation">Ends ssh.</param>
    /// <exception cref="HostFailure">The ports cannot be forwarded.</exception>
    public async Task<bool> OpenAsync(Uri at, (string Name, int Port) head, CancellationToken cancellation)
    {
        string[] forwards = [Forward(at, head, 0), Forward(at, head, 1)];
        var socket = Path.Combine(Sockets, $"{_prefix}-{Digest(string.Join('\n', forwards), 8)}");
        if (File.Exists(socket) && await IsOpenAsync(socket, cancellation)) return false;
        _ = await CloseAsync(cancellation);
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(
                Sockets, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // With -f, ssh goes to the background once both ports are forwarded. It does not share a connection of the
        // user's, which may end earlier.
        var (exitCode, stderr) = await ssh.ControlAsync(
            [
                "-f", "-N", "-T", "-M", "-S", socket, "-o", "ControlPersist=no", "-o", "ExitOnForwardFailure=yes",
                "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3", "-R", forwards[0], "-R", forwards[1],
            ], host, cancellation);
        return exitCode == 0 ? true : throw new HostFailure(
            $"the tunnel cannot be opened: {SshClient.Reason(stderr)}; ports {at.Port} and {at.Port + 1} must be free "
                + "there; the host frees those of a dead tunnel after some minutes");
    }

    /// <summary>Closes the tunnel; returns false when there was none.</summary>
    public async Task<bool> CloseAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(Sockets)) return false;
        var wasOpen = false;
        foreach (var socket in Directory.GetFiles(Sockets, $"{_prefix}-*"))
        {
            wasOpen |= (await ssh.ControlAsync(["-S", socket, "-O", "exit"], host, cancellation)).ExitCode == 0;
            File.Delete(socket);
        }

        return wasOpen;
    }

    private async Task<bool> IsOpenAsync(string socket, CancellationToken cancellation) =>
        (await ssh.ControlAsync(["-S", socket, "-O", "check"], host, cancellation)).ExitCode == 0;

    // The gateway has the port after the API's on both sides.
    private static string Forward(Uri at, (string Name, int Port) to, int offset) => string.Create(
        CultureInfo.InvariantCulture, $"{at.Host}:{at.Port + offset}:{to.Name}:{to.Port + offset}");

    private static string Digest(string text, int digits) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..digits];
}
