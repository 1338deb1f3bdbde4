using System.Net;
using System.Runtime.Versioning;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Tests <c>sbnn up</c> and <c>sbnn down</c> with a real sshd, whose hosts are this machine.</summary>
[SupportedOSPlatform("linux")]
public sealed class SshTests(SshServer ssh) : IClassFixture<SshServer>, IDisposable
{
    private const string Quick = """
        name: over-ssh
        trial: {dataset: synthetic, train-images: 100, test-images: 20, width: 2, epochs: 2, batch-size: 50, mixup: 0}
        seeds: [1, 2]
        """;

    // The grace is that of the head.
    private static readonly string[] Common = ["--", "--grace", "5", "--data", Workplace.Cache];

    private static readonly string[] NodeOptions = [.. Common, "--slots", "1"];

    private HeadAndNodes? _machines;

    public void Dispose() => _machines?.Dispose();

    [Fact]
    public async Task UpAndDown_StartRepairUpgradeAndStopNodes()
    {
        await ssh.EnsureStartedAsync();
        _machines = new HeadAndNodes();
        await _machines.StartHeadAsync();

        // A failed host does not hinder the others.
        var first = await UpAsync(["--ssh", "gone,one", .. NodeOptions]);
        Assert.Equal(1, first.ExitCode);
        Assert.Single(Directory.GetDirectories(Path.Combine(ssh.Remote, "bin")));
        Assert.Contains("one: joined as one\n", first.Stdout, StringComparison.Ordinal);
        Assert.Contains(
            "1 of 2 hosts up; failed:\n  gone: ssh: connect to host ", first.Stderr, StringComparison.Ordinal);

        var hosts = _machines.Folder.In("hosts");
        File.WriteAllText(hosts, "# this machine, twice\none --slots 1\ntwo --slots 1 # the same folder\n");
        var second = await UpAsync(["--hosts", hosts, .. Common]);
        Assert.True(second.ExitCode == 0, second.Stdout + second.Stderr);
        Assert.DoesNotContain("copying", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("one: up to date\n", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("two: joined as two\n", second.Stdout, StringComparison.Ordinal);
        await _machines.UntilReadyAsync("one", "two");

        await _machines.SubmitAsync(Quick);
        await _machines.RunVerbAsync("watch", "over-ssh");
        Assert.All((await _machines.TrialsAsync("over-ssh"))!, static trial => Assert.Equal(1, trial.Attempt));

        // A repetition changes nothing.
        int[] pids = [ssh.PidOf("one"), ssh.PidOf("two")];
        Assert.Equal(["one: up to date", "two: up to date"], Lines(await UpAsync(["--ssh", "one,two"])));
        Assert.Equal((pids[0], pids[1]), (ssh.PidOf("one"), ssh.PidOf("two")));
        Assert.False(File.Exists(Path.Combine(ssh.HomeOf("one"), "join")));

        // A repetition repairs what is missing, with the options of the last time.
        SshServer.Kill(pids[0]);
        Assert.Equal(
            [$"one: started, log {ssh.HomeOf("one")}/log", "two: up to date"],
            Lines(await UpAsync(["--ssh", "one,two"])));
        Assert.Equal($"--grace 5 --data {Workplace.Cache} --slots 1\n",
            File.ReadAllText(Path.Combine(ssh.HomeOf("one"), "options")));

        await UpgradeAsync();
        await StopAsync();
    }

    [Fact]
    public async Task Up_OpensATunnel_AndOpensItAgain_WhenItHasEnded()
    {
        await ssh.EnsureStartedAsync();
        var advertised = PortPair.FindFree(IPAddress.Loopback);
        _machines = new HeadAndNodes { HeadOptions = ["--advertise", $"127.0.0.1:{advertised}"] };
        _machines.Environment["HOME"] = ssh.Remote; // The sockets of tunnels are below the user's home.
        await _machines.StartHeadAsync();
        string[] up = ["--ssh", "one", "--home", _machines.HeadHome, "--tunnel", $"127.0.0.1:{_machines.Port}"];

        var first = await UpAsync([.. up, .. NodeOptions]);

        Assert.True(first.ExitCode == 0, first.Stdout + first.Stderr);
        Assert.Contains($"one: tunnel open: 127.0.0.1:{advertised} ", first.Stdout, StringComparison.Ordinal);
        await _machines.UntilReadyAsync("one"); // This client, too, reaches the head through the tunnel only.
        Assert.Equal(["one: up to date"], Lines(await UpAsync(up)));

        SshServer.Kill(Assert.Single(ssh.Processes("ExitOnForwardFailure")));
        var again = await UpAsync(up);

        Assert.True(again.ExitCode == 0, again.Stdout + again.Stderr);
        Assert.Contains("one: tunnel open: ", again.Stdout, StringComparison.Ordinal);
        Assert.Contains("one: tunnel closed", Lines(await DownAsync("one")));
        Assert.Empty(ssh.Processes("ExitOnForwardFailure"));
    }

    // The running node's build gets another name, so that this build is another one for it.
    private async Task UpgradeAsync()
    {
        var bin = Path.Combine(ssh.Remote, "bin");
        var build = File.ReadAllText(Path.Combine(ssh.HomeOf("one"), "build")).Trim();
        Directory.Move(Path.Combine(bin, build), Path.Combine(bin, "0.0.9"));
        using var copy = RunningSbnn.Start(bin, new Dictionary<string, string?>(), "cp", "-al", "0.0.9", build);
        Assert.Equal(0, await copy.WaitAsync());
        await _machines!.SubmitAsync(ClusterSpecs.Endless("endless", trials: 2));
        await _machines.UntilAsync(
            "endless", static trial => trial is { State: TrialState.Running, Epoch: > 1 }, "both trials to train");

        var upgraded = Lines(await UpAsync(["--ssh", "one,two"]));

        Assert.Contains($"one: restarting the node: it runs 0.0.9, and this is {build}", upgraded);
        Assert.Contains("two: stopped", upgraded);
        Assert.Contains(
            upgraded, static line => line.EndsWith(": removed the old build 0.0.9", StringComparison.Ordinal));
        Assert.Equal([build], Directory.GetDirectories(bin).Select(Path.GetFileName));
        await _machines.UntilAsync(
            "endless", static trial => trial is { State: TrialState.Running, Epoch: > 1, Attempt: > 1 },
            "both trials to train again");
    }

    private async Task StopAsync()
    {
        var down = Lines(await DownAsync("one,two"));

        Assert.Contains("one: stopping the node: trainers write checkpoints", down);
        Assert.Contains("one: stopped", down);
        Assert.Contains("two: stopped", down);
        Assert.Empty(ssh.Processes(ssh.Remote));
        Assert.Equal(["one: no node runs", "two: no node runs"], Lines(await DownAsync("one,two")));
    }

    private Task<(int ExitCode, string Stdout, string Stderr)> UpAsync(string[] arguments) =>
        _machines!.TryVerbAsync(["up", .. ssh.Options, .. arguments]);

    private Task<(int ExitCode, string Stdout, string Stderr)> DownAsync(string hosts) =>
        _machines!.TryVerbAsync(["down", .. ssh.Options, "--ssh", hosts]);

    private static string[] Lines((int ExitCode, string Stdout, string Stderr) ended)
    {
        Assert.True(ended.ExitCode == 0, ended.Stdout + ended.Stderr);
        return [.. ended.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }
}
