using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>
/// A real <c>sshd</c> on a loopback port, with keys and a client's configuration made for it. The hosts one and two are
/// this machine. Tests share it, because the copy of the build takes long. Disposal ends every process that names the
/// server's folder: sshd, nodes, trainers and tunnels.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SshServer : IDisposable
{
    private const string Program = "/usr/sbin/sshd";

    private readonly TempFolder _folder = new();
    private RunningSbnn? _sshd;

    /// <summary>The client's configuration file.</summary>
    public string Config => _folder.In("config");

    /// <summary>The folder of sbnn on the hosts.</summary>
    public string Remote => _folder.In("remote");

    /// <summary>
    /// Starts the server, unless it runs. Without sshd, the test is skipped, or fails if SBNN_EXPECT names "ssh".
    /// </summary>
    public async Task EnsureStartedAsync()
    {
        Expected.Require(File.Exists(Program), "ssh", $"{Program} is missing; install openssh-server");
        if (_sshd is not null) return;
        // Root's sshd needs this folder, which the package's service makes.
        if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
        var sshd = _sshd = Start();
        await Eventually.UntilAsync(
            () => sshd.Stderr.Contains("Server listening", StringComparison.Ordinal) || sshd.HasExited,
            "sshd to listen");
        Assert.False(sshd.HasExited, sshd.Output);
    }

    /// <summary>The options with which a command reaches the hosts.</summary>
    public string[] Options => ["--ssh-config", Config, "--folder", Remote];

    public string HomeOf(string host) => Path.Combine(Remote, "node", host);

    /// <summary>The process of a host's node.</summary>
    public int PidOf(string host) =>
        int.Parse(File.ReadAllText(Path.Combine(HomeOf(host), "pid")), CultureInfo.InvariantCulture);

    /// <summary>
    /// The processes that run now and name the given text, below the server's folder, among their arguments.
    /// </summary>
    public IReadOnlyList<int> Processes(string text) =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           let isProcess = int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)
           where isProcess
           let arguments = ArgumentsOf(folder)
           where arguments.Contains(_folder.Path, StringComparison.Ordinal)
               && arguments.Contains(text, StringComparison.Ordinal)
           select int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture),
    ];

    public void Dispose()
    {
        SpinWait.SpinUntil(() =>
        {
            var running = Processes(text: "");
            foreach (var pid in running) Kill(pid);
            return running.Count == 0;
        }, TimeSpan.FromSeconds(10));
        _sshd?.Dispose();
        _folder.Dispose();
    }

    /// <summary>Kills a process, unless it has ended.</summary>
    public static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
        }
    }

    private RunningSbnn Start()
    {
        foreach (var key in (string[])["host", "user"]) RunKeygen(_folder.In(key));
        File.Copy(_folder.In("user.pub"), _folder.In("authorized"));
        var port = PortPair.FindFree(IPAddress.Loopback);
        // A session of sshd does not inherit the variable with which .NET's programs find their runtime.
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        File.WriteAllText(_folder.In("sshd_config"), $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {_folder.In("host")}
            AuthorizedKeysFile {_folder.In("authorized")}
            PidFile none
            PasswordAuthentication no
            PermitRootLogin yes
            StrictModes no
            UsePAM no
            SetEnv DOTNET_ROOT={dotnet}

            """);
        File.WriteAllText(Config, $"""
            Host one two
              HostName 127.0.0.1
              Port {port}
              IdentityFile {_folder.In("user")}
              IdentitiesOnly yes
              UserKnownHostsFile {_folder.In("known")}
              StrictHostKeyChecking accept-new
            Host gone
              HostName 127.0.0.1
              Port 1

            """);
        return RunningSbnn.Start(
            _folder.Path, new Dictionary<string, string?>(), Program, "-D", "-e", "-f", _folder.In("sshd_config"));
    }

    private static string ArgumentsOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // The process has ended.
        }
    }

    private static void RunKeygen(string file)
    {
        using var keygen = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
        keygen.WaitForExit();
        Assert.Equal(0, keygen.ExitCode);
    }
}
