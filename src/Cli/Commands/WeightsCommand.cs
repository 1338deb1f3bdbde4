using System.CommandLine;
using System.Security.Cryptography;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn weights TRIAL --out FILE</c>: copies the kept weights of a finished trial.</summary>
internal sealed class WeightsCommand : HomeCommand
{
    private readonly Argument<string> _trial = SharedOptions.Trial();

    private readonly Option<FileInfo> _out = new("--out")
    {
        HelpName = "file",
        Description = "The safetensors file to write; no file may exist there yet.",
        Required = true,
    };

    private readonly Option<bool> _last = new("--last")
    {
        Description = "Copy the weights after the last epoch, instead of those after the best epoch at the sparsity "
            + "target.",
    };

    public WeightsCommand(CommandConsole console)
        : base(
            console, "weights",
            "Copy the best or the last weights of a finished trial, whose sweep has `keep: weights` under `run:`.",
            printsJson: false)
    {
        Add(_trial);
        foreach (var option in (Option[])[_out, _last]) Add(option);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var (path, isLast) = (call.Get(_out)!.ToString(), call.Get(_last));
        if (Path.Exists(path)) throw new BadInputException($"--out: {path} exists already; choose another file");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw new BadInputException($"--out: the folder of {path} does not exist; create it first");
        using var ledger = call.OpenLedger();
        var trial = await TrialPrefix.FindAsync(ledger, call.Get(_trial))
            ?? throw new BadInputException(
                $"trial: no trial {call.Get(_trial)} exists; `{call.Home.Command("show <name>")}` lists them");
        var finished = await ledger.FindFinishedAsync(trial.Key)
            ?? throw new BadInputException(
                $"trial: {trial.Key.Short} is {EnumWords.Of(trial.State)}, and only a finished trial has weights");
        var digest = DigestOf(trial.Key, finished, isLast);
        var source = call.Home.WeightsOf(new AttemptId(trial.Key, finished.Attempt), isLast);
        var bytes = await ReadAsync(source, digest, finished.Node, call.Cancellation);
        var file = SafetensorsFile.Parse(bytes, source);
        DurableFile.Write(path, copy => copy.Write(bytes));
        call.Console.Say(
            $"written to {path}: the {(isLast ? "last" : "best")} weights of trial {trial.Key.Short}, after epoch "
            + $"{file.Metadata["epoch"]}, with {Wording.Count(file.Tensors.Count, "tensor")}; SHA-256 {digest}");
        return ExitCode.Done;
    }

    private static string DigestOf(TrialKey trial, FinishedAttempt finished, bool isLast) => finished switch
    {
        { LastWeights: null } => throw new BadInputException(
            $"trial: the weights of {trial.Short} were not kept; to keep them, train the trial in a new home with "
                + "`keep: weights` under `run:`"),
        { BestWeights: null } when !isLast => throw new BadInputException(
            $"trial: {trial.Short} has no best weights, because no epoch was at the sparsity target or the training "
                + "resumed from a checkpoint without them; use --last"),
        _ => isLast ? finished.LastWeights : finished.BestWeights!,
    };

    private static async Task<byte[]> ReadAsync(
        string path, string digest, NodeName node, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException(
                $"trial: {path} does not exist; if node {node} is on another machine and could not send the file, copy "
                    + "the file of the same name from that machine's home");
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellation);
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return found == digest ? bytes : throw new BadInputException(
            $"{path}: its SHA-256 is {found}, but {digest} was recorded, so the file was altered; restore it from a "
                + "copy");
    }
}
