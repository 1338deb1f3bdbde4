using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>
/// A SLURM of this one machine, with its own key, ports and folder. Disposal cancels its jobs and ends its daemons.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class SlurmCluster : IDisposable
{
    private static readonly string[] Daemons = ["/usr/sbin/munged", "/usr/sbin/slurmctld", "/usr/sbin/slurmd"];

    private readonly TempFolder _folder = new();
    private readonly List<RunningSbnn> _running = [];

    private static string Host => Environment.MachineName.Split('.')[0];

    private SlurmCluster()
    {
    }

    /// <summary>The file that tells SLURM's programs which SLURM to use: the value of SLURM_CONF.</summary>
    public string Configuration => _folder.In("slurm.conf");

    /// <summary>
    /// Starts a SLURM that accepts jobs. If its programs are not installed, the test is skipped, or fails if
    /// SBNN_EXPECT names "slurm".
    /// </summary>
    public static async Task<SlurmCluster> StartAsync()
    {
        Expected.Require(Environment.IsPrivilegedProcess && Daemons.All(File.Exists), "slurm",
            "a SLURM cannot be started; that requires root and the packages slurmctld, slurmd, slurm-client and munge");
        var slurm = new SlurmCluster();
        try
        {
            await slurm.BeginAsync();
            return slurm;
        }
        catch
        {
            slurm.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program of SLURM, which must succeed; returns its standard output.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        var (exitCode, output) = await TryRunAsync(command);
        Assert.True(exitCode == 0, $"{string.Join(' ', command)}: {output}");
        return output;
    }

    /// <summary>A job's state, such as RUNNING, and how often it was requeued.</summary>
    /// <param name="job">The job, such as 1_2.</param>
    public async Task<(string State, int Requeues)> FindAsync(string job)
    {
        var (_, state, requeues) = await ReadAsync(job);
        return (state, requeues);
    }

    /// <summary>Waits until a job is in a state, and returns how often it was requeued.</summary>
    public async Task<int> UntilAsync(string job, string state)
    {
        var requeues = 0;
        await Eventually.UntilAsync(async () =>
        {
            (var now, requeues) = await FindAsync(job);
            return now == state;
        }, $"job {job} to be {state}");
        return requeues;
    }

    /// <summary>
    /// Lets a requeued job start, which otherwise waits two minutes, and waits until it is in a state. The machine
    /// refuses a job that starts in the same second as its last run ended, so the job starts two seconds later.
    /// </summary>
    public Task ReleaseUntilAsync(string job, string state)
    {
        long? endedAt = null;
        return Eventually.UntilAsync(async () =>
        {
            var (id, now, _) = await ReadAsync(job);

            // The process of a run has a socket there.
            var isRunning = Directory.EnumerateFiles(_folder.In("spool"), $"{Host}_{id}.*").Any();
            endedAt = isRunning ? null : endedAt ?? Stopwatch.GetTimestamp();
            if (now == "PENDING" && endedAt is { } ended && Stopwatch.GetElapsedTime(ended).TotalSeconds > 2)
                await TryRunAsync("scontrol", "update", $"jobid={job}", "starttime=now");
            return now == state;
        }, $"job {job} to be {state}");
    }

    public void Dispose()
    {
        EndAsync().GetAwaiter().GetResult();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Concat(_running.Select(static d => d.Output)));
        _running.ForEach(static daemon => daemon.Dispose());
        _folder.Dispose();
    }

    private async Task<(string Id, string State, int Requeues)> ReadAsync(string job)
    {
        var found = Job().Match(await RunAsync("scontrol", "--oneliner", "show", "job", job));
        Assert.True(found.Success, job);
        return (found.Groups[1].Value, found.Groups[2].Value,
            int.Parse(found.Groups[3].Value, CultureInfo.InvariantCulture));
    }

    private async Task BeginAsync()
    {
        foreach (var name in (string[])["munge", "state", "spool"]) Directory.CreateDirectory(_folder.In(name));
        await File.WriteAllBytesAsync(
            _folder.In("munge", "key"), RandomNumberGenerator.GetBytes(128), Workplace.Cancellation);
        File.SetUnixFileMode(_folder.In("munge", "key"), UnixFileMode.UserRead);
        await File.WriteAllTextAsync(Configuration, Text(), Workplace.Cancellation);

        // The socket is in a folder of the temporary folder, in which all users may write; munged requires --force.
        Start("/usr/sbin/munged", "--foreground", "--force", $"--key-file={_folder.In("munge", "key")}",
            $"--socket={_folder.In("munge", "socket")}", $"--pid-file={_folder.In("munge", "pid")}",
            $"--log-file={_folder.In("munge", "log")}", $"--seed-file={_folder.In("munge", "seed")}");
        await Eventually.UntilAsync(() => File.Exists(_folder.In("munge", "socket")), "munged to listen");
        Start("/usr/sbin/slurmctld", "-D");
        Start("/usr/sbin/slurmd", "-D");
        await Eventually.UntilAsync(
            async () => await TryRunAsync("sinfo", "--noheader", "--format=%T") is (0, "idle\n"), "SLURM to be ready");
    }

    private string Text()
    {
        var port = PortPair.FindFree(IPAddress.Loopback);
        return string.Create(CultureInfo.InvariantCulture, $"""
            ClusterName=sbnn
            SlurmctldHost={Host}(127.0.0.1)
            SlurmctldPort={port}
            SlurmdPort={port + 1}
            SlurmUser=root
            AuthType=auth/munge
            AuthInfo=socket={_folder.In("munge", "socket")}
            StateSaveLocation={_folder.In("state")}
            SlurmdSpoolDir={_folder.In("spool")}
            SlurmctldPidFile={_folder.In("slurmctld.pid")}
            SlurmdPidFile={_folder.In("slurmd.pid")}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            SchedulerParameters=bf_interval=1,sched_interval=1
            SlurmdParameters=config_overrides
            MpiDefault=none
            KillWait=20
            NodeName={Host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
            PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP

            """);
    }

    private RunningSbnn Start(params string[] command)
    {
        var started = RunningSbnn.Start(
            _folder.Path, new Dictionary<string, string?> { ["SLURM_CONF"] = Configuration }, command);
        _running.Add(started);
        return started;
    }

    private async Task<(int ExitCode, string Output)> TryRunAsync(params string[] command)
    {
        using var program = RunningSbnn.Start(
            _folder.Path, new Dictionary<string, string?> { ["SLURM_CONF"] = Configuration }, command);
        var exitCode = await program.WaitAsync();
        return (exitCode, program.Output);
    }

    // Jobs end first, because no daemon would end them later.
    private async Task EndAsync()
    {
        if (_running.Count > 2 && _running.TrueForAll(static daemon => !daemon.HasExited))
        {
            await TryRunAsync("scancel", "--me");
            for (var tries = 0; tries < 300; tries++)
            {
                if (await TryRunAsync("squeue", "--noheader") is (0, "")) break;
                await Task.Delay(100, CancellationToken.None);
            }
        }

        foreach (var daemon in Enumerable.Reverse(_running).Where(static daemon => !daemon.HasExited))
        {
            daemon.TrySignal(Posix.SigTerm);
            SpinWait.SpinUntil(() => daemon.HasExited, TimeSpan.FromSeconds(10));
        }
    }

    [GeneratedRegex(@"^JobId=(\d+) .*\bJobState=(\w+) .*\bRestarts=(\d+) ")]
    private static partial Regex Job();
}
