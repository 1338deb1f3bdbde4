using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>
/// Runs the services of <c>docker/compose.yaml</c> without a container engine: their commands, variables, user, folders
/// and health checks, each in a mount namespace with a read-only root. One network namespace stands for their network.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class ContainerTests : IDisposable
{
    // The user "app" of Microsoft's images.
    private const string User = "1654";

    // Prepares the folders of a container and replaces itself with the command. The published files are a link, because
    // the built sbnn finds its trainer next to its own folder.
    private const string Enter = """
        set -eu
        mount --make-rprivate /
        mount --bind "$TEST_HOSTS" /etc/hosts
        mount -t tmpfs tmpfs /opt && mkdir /opt/bin && mount --bind "$TEST_BIN" /opt/bin
        mkdir /opt/sweeps && mount --bind "$TEST_SWEEPS" /opt/sweeps
        ln -s "/opt/bin/Sbnn.Sweeps.Cli/$TEST_CONFIGURATION" /opt/sbnn
        mount --bind "$TEST_HOME" /mnt && mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/sbnn
        mount --move /mnt /var/lib/sbnn
        mount --bind "$TEST_JOIN" /mnt && mount -t tmpfs tmpfs /run && mkdir /run/sbnn
        mount --move /mnt /run/sbnn
        if [ "$TEST_JOIN_MODE" = ro ]; then mount -o remount,bind,ro /run/sbnn; fi
        mount -t tmpfs -o mode=1777 tmpfs /tmp
        for place in /opt /var/lib /run /; do mount -o remount,bind,ro "$place"; done
        echo "$TEST_HOSTNAME" > /proc/sys/kernel/hostname
        cd /var/lib/sbnn
        exec setpriv --reuid=1654 --regid=1654 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
        """;

    private readonly TempFolder _folder = new();
    private readonly List<RunningSbnn> _started = [];
    private readonly NodeNetwork _network;

    public ContainerTests()
    {
        SkipUnlessAnotherUserCanRun();
        var made = NodeNetwork.TryCreate(["all"], out var whyNot);
        Assert.SkipWhen(made is null, whyNot ?? "");
        _network = made!;
        File.WriteAllText(_folder.In("hosts"),
            "127.0.0.1 localhost " + string.Join(' ', ContainerFiles.SbnnServices.Keys) + '\n');
        foreach (var volume in ContainerFiles.SbnnServices.Values.SelectMany(static service => service.Volumes())
            .Select(static volume => volume.Name).Distinct())
        {
            // An engine gives a new volume the owner and the mode of the image's folder.
            var folder = Directory.CreateDirectory(_folder.In(volume)).FullName;
            Run("chown", $"{User}:{User}", folder);
            Run("chmod", "0700", folder);
        }
    }

    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Concat(_started.Select(static one => one.Stderr)));
        foreach (var one in _started.Where(static one => !one.HasExited)) one.TrySignal(Posix.SigKill);
        _started.ForEach(static one => one.Dispose());
        foreach (var name in ContainerFiles.SbnnServices.Keys)
            foreach (var trainer in Workplace.LiveTrainersBelow(_folder.In(name, "home", "trials")))
                Posix.SignalGroup(trainer.Pid, Posix.SigKill);
        _network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Services_TrainASweep_AndStopCleanly()
    {
        var undisturbed = ClusterSpecs.ReportOfMovedAsync();
        Assert.Equal(1, (await ExecAsync("head", ContainerFiles.HealthCheck)).ExitCode);
        var running = new Dictionary<string, RunningSbnn> { ["head"] = Start("head") };
        await UntilHealthyAsync("head", running["head"]);
        foreach (var node in (string[])["node-1", "node-2"]) running[node] = Start(node);
        foreach (var node in (string[])["node-1", "node-2"]) await UntilHealthyAsync(node, running[node]);

        var nodes = JsonDocument.Parse(await SbnnAsync("nodes", "--json")).RootElement.GetProperty("items")
            .EnumerateArray().Select(static node => node.GetProperty("name").GetString()).Order().ToList();
        Assert.Equal(["node-1", "node-2"], nodes);
        await File.WriteAllTextAsync(_folder.In("head", "spec.yaml"), ClusterSpecs.Moved, Workplace.Cancellation);
        Run("chown", $"{User}:{User}", _folder.In("head", "spec.yaml"));
        await SbnnAsync("submit", "spec.yaml");
        await SbnnAsync("watch", ClusterSpecs.MovedName);
        var report = _folder.In("head", "out", ClusterSpecs.MovedName);
        await Eventually.UntilAsync(() => File.Exists(Path.Combine(report, "index.html")), "the report");
        (await undisturbed).AssertSame(report);
        Assert.NotEmpty(await SbnnAsync("explain", "/opt/sweeps/quickstart.yaml"));

        foreach (var one in running.Values) one.Signal(Posix.SigTerm);
        foreach (var (name, one) in running) Assert.True(await one.WaitAsync() == 0, $"{name}: {one.Stderr}");
        Assert.Equal(1, (await ExecAsync("head", ContainerFiles.HealthCheck)).ExitCode);
    }

    [Fact]
    public async Task Healthcheck_ReportsANode_ThatTheHeadNoLongerAnswers()
    {
        var head = Start("head");
        await UntilHealthyAsync("head", head);
        var node = Start("node-1");
        await UntilHealthyAsync("node-1", node);
        head.Signal(Posix.SigKill);
        await head.WaitAsync();

        // The recorded time is moved back instead of waiting for a minute.
        File.SetLastWriteTimeUtc(_folder.In("node-1", "home", "contact"), DateTime.UtcNow.AddMinutes(-3));

        var (exitCode, output) = await ExecAsync("node-1", ContainerFiles.HealthCheck);
        Assert.Equal(1, exitCode);
        Assert.Contains("node: the head has not answered for 3 min", output, StringComparison.Ordinal);
    }

    private RunningSbnn Start(string service)
    {
        var started = StartIn(service, [.. ContainerFiles.EntryPoint,
            .. ContainerFiles.SbnnServices[service].List("command")]);
        _started.Add(started);
        return started;
    }

    private async Task UntilHealthyAsync(string service, RunningSbnn running)
    {
        await Eventually.UntilAsync(
            async () => running.HasExited || (await ExecAsync(service, ContainerFiles.HealthCheck)).ExitCode == 0,
            $"{service} to be healthy");
        Assert.False(running.HasExited, running.Output);
    }

    private async Task<string> SbnnAsync(params string[] arguments)
    {
        var (exitCode, output) = await ExecAsync("head", ["sbnn", .. arguments]);
        Assert.True(exitCode == 0, output);
        return output;
    }

    // Like `docker compose exec`.
    private async Task<(int ExitCode, string Output)> ExecAsync(string service, IReadOnlyList<string> command)
    {
        using var running = StartIn(service, command);
        return (await running.WaitAsync(), running.Output);
    }

    private RunningSbnn StartIn(string service, IReadOnlyList<string> command)
    {
        var description = ContainerFiles.SbnnServices[service];
        var volumes = description.Volumes().ToDictionary(static volume => volume.Folder);
        var bin = Path.GetFullPath(Path.Combine(RunningSbnn.Program, "..", "..", ".."));
        var environment = new Dictionary<string, string?>
        {
            ["TEST_HOSTS"] = _folder.In("hosts"),
            ["TEST_BIN"] = bin,
            ["TEST_SWEEPS"] = Repository.PathOf("sweeps"),
            ["TEST_CONFIGURATION"] = Path.GetFileName(Path.GetDirectoryName(RunningSbnn.Program)),
            ["TEST_HOME"] = _folder.In(volumes["/var/lib/sbnn"].Name),
            ["TEST_JOIN"] = _folder.In(volumes["/run/sbnn"].Name),
            ["TEST_JOIN_MODE"] = volumes["/run/sbnn"].IsReadOnly ? "ro" : "rw",
            ["TEST_HOSTNAME"] = description.Text("hostname"),
        };
        foreach (var (name, value) in ContainerFiles.Environment)
            environment[name] = value.Replace("$PATH", System.Environment.GetEnvironmentVariable("PATH"),
                StringComparison.Ordinal);
        foreach (var (name, value) in (Dictionary<object, object>)description.Keys["environment"])
            environment[(string)name] = (string)value;
        return RunningSbnn.Start("/", environment,
            [.. _network.Within("all"), "unshare", "--mount", "--uts", "sh", "-c", Enter, "enter", .. command]);
    }

    private static void SkipUnlessAnotherUserCanRun()
    {
        Assert.SkipUnless(System.Environment.IsPrivilegedProcess, "only root can start a process as another user");
        using var test = Process.Start("unshare", ["--mount", "--uts", "setpriv", $"--reuid={User}", $"--regid={User}",
            "--clear-groups", "test", "-x", RunningSbnn.Program]);
        test.WaitForExit();
        Assert.SkipUnless(test.ExitCode == 0,
            $"mount namespaces are not available, or other users cannot run {RunningSbnn.Program}");
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
