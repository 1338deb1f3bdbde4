using System.CommandLine;
using System.Text;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn tables [NAME]</c>: writes the report files of sweeps, from a ledger, a head elsewhere, or a spec alone.
/// Trains nothing.
/// </summary>
internal sealed class TablesCommand : HomeCommand
{
    private static readonly Dictionary<string, TableFormat> Formats =
        Enum.GetValues<TableFormat>().ToDictionary(static format => EnumWords.Of(format));

    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        HelpName = SharedOptions.Folder,
        Description = "The folder for the tables; each sweep has a subfolder with its name.",
        DefaultValueFactory = _ => new DirectoryInfo("out"),
    };

    private readonly Option<string?> _format = new("--format")
    {
        HelpName = "format",
        Description = "Print the table of one sweep in this format, and write no files. Allowed: "
            + $"{string.Join(", ", Formats.Keys)}.",
    };

    private readonly Option<FileInfo?> _ledger = new("--ledger")
    {
        HelpName = "file",
        Description = "Read this ledger file, such as a backup, instead of the ledger of the home.",
    };

    private readonly Option<FileInfo?> _spec = new("--spec")
    {
        HelpName = "file",
        Description = "Write the table of this spec without a ledger: with the published numbers, and \"not run\" in "
            + "place of results.",
    };

    public TablesCommand(CommandConsole console)
        : base(
            console,
            "tables",
            "Write the report of a sweep, or of all sweeps, from recorded results: the files that `sbnn run` writes. "
                + "Trains nothing.",
            printsJson: false,
            takesHead: true)
    {
        _sweep.Arity = ArgumentArity.ZeroOrOne;
        _sweep.Description = "The sweep's name. If not given: all sweeps.";
        _format.Validators.Add(static read =>
        {
            if (read.Tokens is [var given] && !Formats.ContainsKey(given.Value))
                read.AddError(
                    $"--format: {given.Value} is not allowed (allowed: {string.Join(", ", Formats.Keys)})");
        });
        Add(_sweep);
        foreach (var option in (Option[])[_out, _format, _ledger, _spec]) Add(option);
        Validators.Add(command =>
        {
            bool Has(Option option) => command.GetResult(option) is { Implicit: false };
            if (Has(_format) && Has(_out))
                command.AddError("--format: not allowed together with --out, because it prints to stdout");
            foreach (var option in (Option[])[_ledger, _spec])
            {
                if (Has(option) && Has(Head!))
                    command.AddError($"--head: not allowed together with {option.Name}, which names the source");
            }

            if (Has(_spec) && (Has(_ledger) || command.GetResult(_sweep) is { Tokens.Count: > 0 }))
            {
                command.AddError(
                    "--spec: not allowed together with a sweep's name or --ledger, because it reads no ledger");
            }
        });
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        if (call.Get(_spec) is { } path)
        {
            var file = await SpecReader.ReadFileAsync(path.ToString(), call.Cancellation);
            await PutAsync(call, SpecOutcome.Of(file.Spec, file.Text));
            return ExitCode.Done;
        }

        if (call.Place.Home is null && call.Get(_ledger) is null) return await FetchAsync(call);
        using var ledger = call.Get(_ledger) is { } given ? LedgerReader.Open(given.FullName) : call.OpenLedger();
        foreach (var name in Select(call, await ledger.ReadSweepsAsync()))
            if (await ledger.FindOutcomeAsync(name) is { } outcome) await PutAsync(call, outcome);
        return ExitCode.Done;
    }

    // Returns the sweeps to write. With a format, there must be exactly one, because several tables one after another
    // would not be a valid file of any format.
    private IReadOnlyList<string> Select(HomeCall call, IReadOnlyList<SweepSummary> sweeps)
    {
        var known = sweeps.Select(static sweep => sweep.Name).ToList();
        if (call.Parsed.GetValue(_sweep) is { } name)
            return known.Contains(name) ? [name] : throw UnknownSweep.Of(name, known);
        return call.Get(_format) is null || known.Count == 1 ? known
            : throw new BadInputException(known.Count == 0
                ? "name: the ledger has no sweeps"
                : $"name: required, because --format prints one sweep (allowed: {string.Join(", ", known)})");
    }

    private async Task<int> FetchAsync(HomeCall call)
    {
        using var head = call.Place.Connect();
        foreach (var name in Select(call, await call.Place.Reads.ReadSweepsAsync()))
        {
            if (await head.GetReportArchiveAsync(name, call.Cancellation) is not { } archive)
                throw new BadInputException(
                    $"the sbnn at {call.Place.Head!.Address} no longer has the sweep {name}, or is an earlier version "
                        + "that cannot send reports; upgrade it");
            var files = await ReportArchive.ReadAsync(archive);
            if (call.Get(_format) is { } format)
            {
                await call.Console.WriteAsync(files[Formats[format].FileName()], call.Cancellation);
                continue;
            }

            var folder = FolderOf(call, name);
            ReportWriter.Prepare(folder);
            await ReportArchive.UnpackAsync(files, folder);
            SayWritten(call, folder);
        }

        return ExitCode.Done;
    }

    private string FolderOf(HomeCall call, string sweep) => Path.Combine(call.Get(_out)!.ToString(), sweep);

    private static void SayWritten(HomeCall call, string folder) =>
        call.Console.Say($"report written to {Path.Combine(folder, "index.html")}");

    private async Task PutAsync(HomeCall call, SweepOutcome outcome)
    {
        var table = SweepTable.Of(outcome);
        if (call.Get(_format) is { } format)
        {
            await call.Console.WriteAsync(
                Encoding.UTF8.GetBytes(Formats[format].Render(table)), call.Cancellation);
            return;
        }

        var folder = FolderOf(call, outcome.Name);
        ReportWriter.Prepare(folder);
        await ReportWriter.WriteAsync(outcome, table, folder);
        SayWritten(call, folder);
    }
}
