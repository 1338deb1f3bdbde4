using System.CommandLine;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Silo.Home;

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
        var source = await WeightsFile.FindAsync(
            trial, isLast, ledger, new HomeFacts(call.Home), call.Cancellation);
        var bytes = await File.ReadAllBytesAsync(source.Path, call.Cancellation);
        var file = SafetensorsFile.Parse(bytes, source.Path);
        DurableFile.Write(path, copy => copy.Write(bytes));
        call.Console.Say(
            $"written to {path}: the {(isLast ? "last" : "best")} weights of trial {trial.Key.Short}, after epoch "
            + $"{file.Metadata["epoch"]}, with {Wording.Count(file.Tensors.Count, "tensor")}; SHA-256 {source.Sha256}");
        return ExitCode.Done;
    }
}
