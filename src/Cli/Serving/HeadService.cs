using System.Text;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Cli.Reporting;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Telemetry;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>
/// <c>serve --role head</c>: accepts sweeps and assigns their trials to nodes, until a stop is requested.
/// </summary>
internal sealed class HeadService(
    HeadOptions options, CommandConsole console, TimeProvider time, CancellationToken stop)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstTokenLifetime = TimeSpan.FromHours(24);

    private readonly LedgerRetry _retry = new(console, time, stop);
    private readonly bool _trains = options.Slots > 0 || options.Gpus.Devices.Count > 0;

    /// <summary>Runs the head; returns the exit code.</summary>
    public async Task<int> RunAsync()
    {
        if (SharedFileSystem.Refusal(options.Home) is { } shared) throw new BadInputException(shared);
        var trainer = TrainerProgram.Find();
        foreach (var fault in SiloTelemetry.TurnOffFaultyExports()) console.Warn(fault);
        using var headLock = options.Home.TryBecomeHead()
            ?? throw new BadInputException($"--home: {options.Home.Path} is in use by another sbnn");
        using var logging = LoggerFactory.Create(builder => SbnnLogging.Configure(builder, options.Verbose));
        try
        {
            await trainer.CheckAsync(stop);
            await using var ledger = await _retry.UntilUsableAsync(
                () => SweepLedger.OpenAsync(options.Home.Ledger, time, logging.CreateLogger<SweepLedger>()));
            await ServeAsync(ledger, trainer);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await OrphanedTrainers.StopAsync(options.Home.Trials, time);
            return ExitCode.Interrupted;
        }
    }

    private async Task ServeAsync(SweepLedger ledger, TrainerProgram trainer)
    {
        var node = !_trains ? null : NodeSettings.Of(
            options.Home, options.Slots, options.Threads, options.DataRoot, trainer, options.Grace, options.Gpus);
        await using var silo = await SiloHost.StartAsync(
            new HeadSettings(
                options.Home, options.DataRoot, trainer.Path, options.Grace, options.Port, options.Out, options.Verbose)
            {
                Node = node,
                Listen = options.Listen,
                Checkpoints = options.Checkpoints,
                CheckpointLimits = options.CheckpointLimits,
                HasOrleansDashboard = options.HasOrleansDashboard,
                OnDemand = options.OnDemand,
            },
            ledger);
        var head = options.Home.WriteHeadFile(silo.Address, options.Listen?.Url);
        try
        {
            console.Say($"dashboard: {options.Home.FindDashboard(head)}");
            if (options.Listen is not null)
            {
                var token = silo.Nodes.CreateToken(FirstTokenLifetime);
                if (options.JoinFile is { } file) WriteJoinFile(file, token);
                else PrintJoinCommands(token);
            }

            await WatchAsync(silo, ledger);
        }
        catch (LedgerUnavailableException error) when (!error.IsTransient && ledger.Writer.FindLoss() is { } loss)
        {
            await silo.AbandonTrainersAsync();
            throw loss;
        }
        finally
        {
            options.Home.RemoveHeadFile();
        }
    }

    private void WriteJoinFile(string file, JoinToken token)
    {
        try
        {
            DurableFile.Write(file, stream => stream.Write(Encoding.ASCII.GetBytes(JoinScript.FileOf(token))),
                isSecret: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--join-file: {file} cannot be written: {error.Message}", error);
        }

        console.Say($"join file for nodes, valid for 24 hours: {file}");
    }

    private void PrintJoinCommands(JoinToken token)
    {
        console.Say("");
        console.Say("To let a machine join, run these commands there within 24 hours (`sbnn nodes token` prints new "
            + "ones):");
        console.Say("");
        foreach (var line in JoinScript.ForNode(token)) console.Say(line);
        console.Say("");
        console.Say(
            "To submit and watch sweeps from another machine, run these commands there. They grant that machine full "
                + "access to this head:");
        console.Say("");
        foreach (var line in JoinScript.ForCommands(token, options.Home.MakeToken())) console.Say(line);
        console.Say("");
    }

    // A stop does not stop the trainers on other nodes: they wait for the next head. Only the head's own node stops.
    private async Task WatchAsync(SiloHost silo, SweepLedger ledger)
    {
        using var tick = new PeriodicTimer(CheckInterval, time);
        var loss = new LedgerLossWatch(ledger, time);
        var reports = new ReportsAtEnd(ledger.Reader, options.Out, console, time);
        await using var live = new LiveReports(ledger.Reader, options.Home.Reports, console, time);
        while (!stop.IsCancellationRequested && await tick.WaitForNextTickAsync(CancellationToken.None))
        {
            loss.ThrowIfLost();
            _ = live.LookAsync();
            await reports.WriteIfDueAsync();
        }

        if (_trains) await silo.LeaveAsync();
        await reports.WriteAsync();
    }
}
