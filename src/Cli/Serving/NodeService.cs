using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Retries;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Telemetry;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary><c>serve --role node</c>: joins a head and runs its trials until it must leave.</summary>
internal sealed class NodeService(
    NodeOptions options, CommandConsole console, TimeProvider time, NodeStay stay)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Runs the node; returns the exit code.</summary>
    public async Task<int> RunAsync()
    {
        if (options.JoinFile is null && NodeMembership.Find(options.Home.Membership) is null)
            throw NodeEnrollment.NotJoined();
        var trainer = TrainerProgram.Find();
        foreach (var fault in SiloTelemetry.TurnOffFaultyExports()) console.Warn(fault);

        // A node takes the same lock as a head, so that only one sbnn runs on a home.
        using var homeLock = options.Home.TryBecomeHead()
            ?? throw new BadInputException($"--home: {options.Home.Path} is in use by another sbnn");
        using var shown = options.Home.TryTakeNodeLock();
        try
        {
            await trainer.CheckAsync(stay.Over);
            var node = NodeSettings.Of(
                options.Home, options.Slots, options.Threads, options.DataRoot, trainer, options.Grace, options.Gpus);
            node = node with { Name = options.Name ?? node.Name, IsTemporary = options.IsTemporary };
            var membership = await JoinAsync(node, stay.Over);
            console.Say(
                $"node {node.Name}: {PlacesWording.Of(options.Slots, options.Gpus, options.Threads)}; "
                + $"connecting to the head at {membership.Head.Authority}");
            if (stay.Plan is { } plan) console.Say(plan);
            await using var host = await NodeHost.StartAsync(
                node, membership, options.Upload, options.Verbose, time, stay.Over);
            stay.Observe(() => host.IdleTime);
            console.Say("connected");
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stay.Over)
                .ContinueWith(static _ => { }, TaskScheduler.Default);
            console.Warn($"stopping, because {stay.Reason}: trainers write checkpoints");
            await host.LeaveAsync();
            console.Say("stopped");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stay.Over.IsCancellationRequested)
        {
            // An earlier node process of this home may have left trainers running.
            await OrphanedTrainers.StopAsync(options.Home.Trials, time);
            console.Warn($"stopped before the node was connected, because {stay.Reason}");
            return stay.OwnReason is null ? ExitCode.Interrupted : ExitCode.Done;
        }
    }

    // The node waits for a head that does not answer yet, as it does when the head is away later.
    private async Task<NodeMembership> JoinAsync(NodeSettings node, CancellationToken stop)
    {
        var isReported = false;
        var trying = RetryPipeline.Create<NodeMembership>(
            time, RetryInterval, static tried => tried.Exception is HeadUnreachableException, tried =>
        {
            if (!isReported) console.Warn($"{tried.Outcome.Exception!.Message}; retrying");
            isReported = true;
        });
        return await trying.ExecuteAsync(
            async token => await NodeEnrollment.JoinAsync(
                options.Home.Membership, options.JoinFile, node.Name, node.Identity, token), stop);
    }
}
