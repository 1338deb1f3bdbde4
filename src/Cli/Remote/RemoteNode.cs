using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Remote;

/// <summary>Starts and stops the node of one host. Every step first looks whether its work is done.</summary>
/// <param name="ssh">The user's ssh.</param>
/// <param name="host">The host.</param>
/// <param name="folder">The folder of sbnn on the host.</param>
/// <param name="say">Prints a line about the host.</param>
internal sealed class RemoteNode(SshClient ssh, SshHost host, string folder, Action<string> say)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(90);

    // Trainers write checkpoints, and the node sends them to the head.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(10);

    private readonly Tunnel _tunnel = new(ssh, host, folder);

    /// <summary>Copies the build, opens the tunnel, joins the head and starts the node, where necessary.</summary>
    /// <param name="plan">What is to run on the host.</param>
    /// <param name="copies">Bounds the number of copies at the same time.</param>
    /// <param name="cancellation">Stops between and in steps; repeating them is safe.</param>
    /// <exception cref="HostFailure">A step failed.</exception>
    public async Task UpAsync(NodePlan plan, SemaphoreSlim copies, CancellationToken cancellation)
    {
        var script = new RemoteScript(ssh, host, folder, plan.Build.Name);
        var found = await script.CallAsync("look", cancellation);
        RequireUsable(found, plan.Build);
        if (found.Find("disk") is { } disk && SharedFileSystem.FindAmong(disk) is { } shared)
        {
            say($"warning: {found.Find("home")} is on {shared}, which other machines may have mounted, too; choose a "
                + "folder on a local disk with --folder");
        }

        if (!found.Has("installed")) await CopyAsync(script, plan.Build, copies, cancellation);
        var hasOpened = plan.Tunnel is { } head
            && await _tunnel.OpenAsync(plan.Head.Address, head, cancellation);
        if (hasOpened) say($"tunnel open: {plan.Head.Address.Authority} there leads to the head");

        var options = plan.OptionsOf(host) ?? found.Find("options") ?? "";
        var isMember = IsMember(found, plan.Head);
        var reason = ReasonToRestart(found, plan.Build, options, isMember);
        if (reason is not null)
        {
            say($"restarting the node: {reason}");
            await StopAsync(script, cancellation);
        }

        var join = isMember ? "" : HeadAccessFile.Format(plan.Head);
        var log = "";
        var started = await script.CallAsync(
            "start_node", options, join, ConnectTimeout, (name, value) =>
            {
                if (name == "started") say($"started, log {log = value}");
            }, cancellation);
        if (started.Has("ended")) throw new HostFailure("the node ended", started.AllOf("log"));
        if (started.Has("unconnected"))
        {
            throw new HostFailure(
                $"the node is not connected after {Wording.Duration(ConnectTimeout)}; it still tries to connect",
                started.AllOf("log"));
        }

        if (!isMember) say($"joined as {host.Node}");
        await plan.ConfirmAsync(host.Node, cancellation);
        if (!hasOpened && log.Length == 0) say("up to date");
        foreach (var removed in (await script.CallAsync("remove_old_builds", cancellation)).AllOf("removed"))
            say($"removed the old build {removed}");
    }

    /// <summary>Stops the node and closes the tunnel, where there are any.</summary>
    /// <exception cref="HostFailure">The node does not stop.</exception>
    public async Task DownAsync(CancellationToken cancellation)
    {
        var script = new RemoteScript(ssh, host, folder, build: "");
        var hadNode = await StopAsync(script, cancellation);
        var trainers = (await script.CallAsync("stop_trainers", cancellation)).AllOf("trainer").Count;
        if (!hadNode) say("no node runs");
        if (trainers > 0) say($"stopped {Wording.Count(trainers, "trainer")} of a node that was killed");
        if (await _tunnel.CloseAsync(cancellation)) say("tunnel closed");
    }

    private static void RequireUsable(RemoteAnswers found, PublishedBuild build)
    {
        if (found.Find("system") is not "Linux x86_64")
        {
            throw new HostFailure(
                $"the system {found.Find("system")} cannot run this build (allowed: Linux x86_64 with glibc)");
        }

        if (found.Find("libc") is null or "")
            throw new HostFailure("glibc is missing (allowed: Linux x86_64 with glibc)");
        if (found.AllOf("lacks") is { Count: > 0 } missing)
            throw new HostFailure($"programs are missing: {string.Join(", ", missing)}; install them there");
        if (!build.IsSelfContained && !found.Has("dotnet"))
        {
            throw new HostFailure(
                "ASP.NET Core's runtime 10 is missing, which this build needs; install it there, or run `sbnn up` from "
                    + "a build that contains it (dotnet publish src/Cli -c Release -r linux-x64 --self-contained "
                    + "-o <folder>)");
        }
    }

    private async Task CopyAsync(
        RemoteScript script, PublishedBuild build, SemaphoreSlim copies, CancellationToken cancellation)
    {
        await copies.WaitAsync(cancellation);
        try
        {
            say($"copying sbnn {build.Name} ({Wording.Memory((int)(build.Size >> 20))} before compression)");
            var part = (await script.CallAsync("prepare", cancellation)).Find("part")
                ?? throw new HostFailure("the folder for the build cannot be made");
            await ssh.RunAsync(
                host, ["tar", "-xzof", "-", "-C", part], build.WriteAsync, static _ => { }, cancellation);
            var installed = await script.CallAsync("install_build", cancellation);
            if (!installed.Has("installed"))
                throw new HostFailure($"the copied build does not start there: {installed.Find("broken")}");
            say("copied");
        }
        finally
        {
            copies.Release();
        }
    }

    private static string? ReasonToRestart(
        RemoteAnswers found, PublishedBuild build, string options, bool isMember) =>
        found.Find("running") is not { } running ? null
            : running != build.Name ? $"it runs {running}, and this is {build.Name}"
            : (found.Find("options") ?? "") != options ? "its options have changed"
            : !isMember ? "it is a node of another head"
            : null;

    private async Task<bool> StopAsync(RemoteScript script, CancellationToken cancellation)
    {
        var stopped = await script.CallAsync(
            "stop_node", "", "", StopTimeout, (name, _) =>
            {
                if (name is "stopping") say("stopping the node: trainers write checkpoints");
                else if (name is "stopped") say("stopped");
            }, cancellation);
        if (stopped.Has("unstopped"))
        {
            throw new HostFailure(
                $"the node has not stopped within {Wording.Duration(StopTimeout)}; repeat the command to wait again",
                stopped.AllOf("log"));
        }

        return stopped.Has("stopped");
    }

    // The authority's certificate is a JSON string in the membership.
    private static bool IsMember(RemoteAnswers found, HeadAccess head)
    {
        if (!Uri.TryCreate(found.Find("head"), UriKind.Absolute, out var known) || known != head.Address) return false;
        try
        {
            var pem = JsonSerializer.Deserialize<string>($"\"{found.Find("authority")}\"")!;
            using var authority = X509Certificate2.CreateFromPem(pem);
            return authority.RawDataMemory.Span.SequenceEqual(head.Authority!.RawDataMemory.Span);
        }
        catch (Exception error) when (error is JsonException or CryptographicException)
        {
            return false; // The node reports the damage of its membership.
        }
    }
}
