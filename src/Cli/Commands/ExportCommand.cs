using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Export;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn export NAME --out DIR</c>: a sweep's trials, epochs and layers for other programs.</summary>
internal sealed class ExportCommand : HomeCommand
{
    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Description = "The folder of the files; made where it is missing. Files of an earlier export are replaced.",
        Required = true,
    };

    private readonly Option<ExportFormat> _format = new("--format")
    {
        Description = "The form of the files: csv or parquet.",
        DefaultValueFactory = static _ => ExportFormat.Csv,
    };

    public ExportCommand(CommandConsole console)
        : base(console, "export",
            "Write a sweep's trials, epochs and layers in long form, a file each, also while the sweep runs.")
    {
        _format.AcceptOnlyFromAmong([.. Enum.GetValues<ExportFormat>().Select(static word => EnumWords.Of(word))]);
        Add(_sweep);
        foreach (var option in (Option[])[_out, _format]) Add(option);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var ledger = call.OpenLedger();
        var (sweep, folder) = (call.Get(_sweep), call.Get(_out)!.ToString());
        var export = await SweepExport.WriteAsync(ledger, sweep, folder, call.Get(_format), call.Cancellation)
            ?? throw await UnknownSweep.OfAsync(
                sweep, new SweepViewReader(ledger, new HomeFacts(call.Home), TimeProvider.System));
        call.Print(export, () => export.Files.Select(static file =>
            $"written to {file.Path}: {file.Rows.ToString("N0", CultureInfo.InvariantCulture)} rows"));
        return ExitCode.Done;
    }
}
