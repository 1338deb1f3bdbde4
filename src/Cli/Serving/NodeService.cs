using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Retries;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Telemetry;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary><c>serve --role node</c>: joins a head, and runs its trials until a stop is asked for.</summary>
internal sealed class NodeService(
    NodeOptions options, CommandConsole console, TimeProvider time, CancellationToken stop)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Gives the exit code.</summary>
    public async Task<int> RunAsync()
    {
        if (options.JoinFile is null && NodeMembership.Find(options.Home.Membership) is null)
            throw NodeEnrollment.NotJoined();
        var trainer = TrainerProgram.Find();
        foreach (var fault in SiloTelemetry.TurnOffFaultyExports()) console.Warn(fault);

        // The lock of a head: one sbnn for each home, whatever it is.
        using var mine = options.Home.TryBecomeHead()
            ?? throw new BadInputException($"--home: {options.Home.Path} is in use by another sbnn");
        using var shown = options.Home.ShowNode();
        try
        {
            await trainer.CheckAsync(stop);
            var node = NodeSettings.Of(
                options.Home, options.Slots, options.Threads, options.DataRoot, trainer, options.Grace, options.Gpus);
            if (options.Name is { } name) node = node with { Name = name };
            var membership = await JoinAsync(node);
            console.Say(
                $"node {node.Name}: {PlacesWording.Of(options.Slots, options.Gpus, options.Threads)}; "
                + $"dialling the head at {membership.Head.Authority}");
            await using var host = await NodeHost.StartAsync(
                node, membership, options.Upload, options.Verbose, time, stop);
            console.Say("connected");
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            console.Say("leaving: trainers write checkpoints and stop");
            await host.LeaveAsync();
            console.Say("left");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await OrphanedTrainers.StopAsync(options.Home.Trials, time); // Those of an earlier node of this home.
            console.Say("stopped before the head answered");
            return ExitCode.Interrupted;
        }
    }

    // A head that is not there yet is waited for, as it is later, when it is gone for a while.
    private async Task<NodeMembership> JoinAsync(NodeSettings node)
    {
        var isTold = false;
        var trying = RetryPipeline.Create<NodeMembership>(
            time, BetweenTries, static tried => tried.Exception is HeadUnreachableException, tried =>
        {
            if (!isTold) console.Warn($"{tried.Outcome.Exception!.Message}; trying again");
            isTold = true;
        });
        return await trying.ExecuteAsync(
            async token => await NodeEnrollment.JoinAsync(
                options.Home.Membership, options.JoinFile, node.Name, node.Identity, token), stop);
    }
}
