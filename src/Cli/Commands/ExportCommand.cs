using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Reports.Export;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn export NAME --out DIR</c>: writes a sweep's trials, epochs and layers for other programs.</summary>
internal sealed class ExportCommand : HomeCommand
{
    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        HelpName = SharedOptions.Folder,
        Description = "The folder for the files, which is created if it does not exist. Files of an earlier export are "
            + "replaced.",
        Required = true,
    };

    private readonly Option<string> _format =
        SharedOptions.OneOf<ExportFormat>("--format", ExportFormat.Csv, "format", "The format of the files.");

    public ExportCommand(CommandConsole console)
        : base(console, "export",
            "Write all data of a sweep for analysis with other programs: three files in long form, with a row for each "
                + "trial, epoch and layer. Works while the sweep runs.")
    {
        Add(_sweep);
        foreach (var option in (Option[])[_out, _format]) Add(option);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var ledger = call.OpenLedger();
        var (sweep, folder) = (call.Get(_sweep), call.Get(_out)!.ToString());
        var format = SharedOptions.ValueOf<ExportFormat>(call.Get(_format)!);
        var export = await SweepExport.WriteAsync(ledger, sweep, folder, format, call.Cancellation)
            ?? throw await UnknownSweep.OfAsync(
                sweep, new SweepViewReader(ledger, new HomeFacts(call.Home), TimeProvider.System));
        call.Print(export, () => export.Files.Select(static file => string.Create(
            CultureInfo.InvariantCulture,
            $"{file.Rows:N0} {(file.Rows == 1 ? "row" : "rows")} written to {file.Path}")));
        return ExitCode.Done;
    }
}
