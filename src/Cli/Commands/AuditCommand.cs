using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn audit NAME</c>: trains some finished trials again and compares the results.</summary>
internal sealed class AuditCommand : HomeCommand
{
    private const string ScratchName = "audit-";

    private readonly Argument<string> _sweep = SharedOptions.Sweep();
    private readonly Option<DirectoryInfo> _data = SharedOptions.Data();
    private readonly Option<DirectoryInfo?> _torch = SharedOptions.Torch();

    private readonly Option<int> _cells = SharedOptions.WholeNumber(
        "--cells", 1, 100_000, fallback: 2, "How many finished trials to train again.");

    private readonly Option<int> _seed = SharedOptions.WholeNumber(
        "--seed", 1, int.MaxValue, fallback: null,
        "The seed of the random choice of trials. If not given: a random one, which is printed.");

    public AuditCommand(CommandConsole console)
        : base(console, "audit",
            "Train randomly chosen finished trials again, on the CPU of this machine, and compare the results with the "
                + "ledger: byte by byte on the same device class, by accuracy otherwise. The ledger does not change.")
    {
        Add(_sweep);
        foreach (var option in (Option[])[_cells, _seed, _data, _torch]) Add(option);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        SharedOptions.UseTorch(call.Get(_torch));
        using var ledger = call.OpenLedger();
        var name = call.Get(_sweep);
        var sweep = await ledger.FindOutcomeAsync(name) ?? throw await UnknownSweep.OfAsync(
            name, new SweepViewReader(ledger, new HomeFacts(call.Home), TimeProvider.System));
        var seed = call.Get(_seed) is > 0 and var given ? given : Random.Shared.Next(1, int.MaxValue);
        var chosen = SweepAudit.Choose(sweep, call.Get(_cells), seed);
        if (chosen.Count == 0)
        {
            throw new BadInputException($"name: no trial of {name} is finished; "
                + $"`{call.Home.Command($"show {name}")}` lists what its trials wait for");
        }

        var trainer = TrainerProgram.Find();
        await trainer.CheckAsync(call.Cancellation);
        RemoveLeftovers(call.Home);
        var scratch = Path.Combine(call.Home.Path, $"{ScratchName}{Environment.ProcessId}");
        try
        {
            var training = new RepeatedTraining(trainer, call.Get(_data)!.FullName, scratch);
            List<AuditedTrial> trials = [];
            foreach (var (i, trial) in chosen.Index())
            {
                if (!call.PrintsJson)
                {
                    call.Console.Say($"{trial.Key.Short}: training {i + 1} of {chosen.Count}, "
                        + $"{Wording.Count(trial.Spec.Epochs, "epoch")}");
                }

                trials.Add(await AuditedTrial.OfAsync(trial, training, call.Cancellation));
                if (!call.PrintsJson) call.Console.Say(Line(trials[^1]));
            }

            var audit = new SweepAudit(name, sweep.Revision, seed, trials);
            call.Print(audit, () => [Summary(audit)]);
            return trials.TrueForAll(static trial => trial.Agrees) ? ExitCode.Done : ExitCode.SomeFailed;
        }
        catch (OperationCanceledException) when (call.Cancellation.IsCancellationRequested)
        {
            call.Console.Warn("stopped; the audit is incomplete, and the ledger did not change");
            return ExitCode.Interrupted;
        }
        finally
        {
            if (Directory.Exists(scratch)) Directory.Delete(scratch, recursive: true);
        }
    }

    // Killed audits leave their folders behind. A folder's name ends with the process ID of its audit; the folder is
    // removed when no process has that ID.
    private static void RemoveLeftovers(HomeFolder home)
    {
        foreach (var folder in Directory.EnumerateDirectories(home.Path, $"{ScratchName}*"))
        {
            var process = Path.GetFileName(folder)[ScratchName.Length..];
            if (!Directory.Exists($"/proc/{process}")) Directory.Delete(folder, recursive: true);
        }
    }

    private static string Line(AuditedTrial trial)
    {
        if (trial.Failure is { } failure) return $"{trial.Trial.Short}: not trained again: {failure}";
        var difference = trial.AccuracyDifference!.Value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);
        return trial.BytesAgree switch
        {
            true => $"{trial.Trial.Short}: the same bytes, on {trial.AuditDeviceClass}",
            false => $"{trial.Trial.Short}: other bytes on the same device class, {trial.AuditDeviceClass}; "
                + $"accuracy differs by {difference} points",
            null => $"{trial.Trial.Short}: accuracy differs by {difference} points; bytes are not compared: trained on "
                + $"{trial.DeviceClass ?? "an unknown device class"}, again on {trial.AuditDeviceClass}",
        };
    }

    private static string Summary(SweepAudit audit)
    {
        var same = audit.Trials.Count(static trial => trial.BytesAgree == true);
        var other = audit.Trials.Count(static trial => !trial.Agrees);
        return $"{audit.Sweep}, revision {audit.Revision}, seed {audit.Seed}: "
            + $"{Wording.Count(audit.Trials.Count, "trial")} trained again, {same} with the same bytes, "
            + $"{audit.Trials.Count - same - other} compared by accuracy, {other} not in agreement";
    }
}
