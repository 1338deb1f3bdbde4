using System.Text;
using System.Text.Json;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>Tests arguments, homes and errors of the command, without training.</summary>
public sealed class SbnnCommandTests : IDisposable
{
    private const string Spec =
        "{name: tiny, trial: {dataset: synthetic, train-images: 20, test-images: 10, width: 1, epochs: 1, batch-size: "
            + "10}}";

    private const string Advertised =
        "--advertise: head:0 is not allowed (allowed: a name or an address of a machine, or name:port, ";

    private readonly TempFolder _folder = new();
    private readonly CapturedConsole _captured = new();

    public void Dispose()
    {
        _captured.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("--grace: 5s is not allowed (allowed: a whole number from 5 to 86400)", "--grace", "5s")]
    [InlineData("--slots: 0 is not allowed (allowed: a whole number from 1 to 1024)", "--slots", "0")]
    [InlineData("--slotz: unknown option; did you mean --slots?", "--slotz")]
    [InlineData("--threads: given more than once (allowed: once)", "--threads", "1", "--threads", "2")]
    public async Task Run_ExitsWith2AndPrintsTheReason_WhenAnOptionIsNotValid(string reason, params string[] options)
    {
        Assert.Equal(2, await RunAsync(["run", WriteSpec(Spec), .. options]));

        Assert.Equal("", _captured.Output);
        Assert.Equal([reason, "see `sbnn run --help`"], Lines(_captured.Error));
    }

    [Theory]
    [InlineData("--role: worker is not allowed (allowed: head, node)", "--role", "worker")]
    [InlineData("--listen: here is not allowed (allowed: an address of this machine, or address:port, such as 10.0.0.1 "
        + "or 10.0.0.1:7700)", "--role", "head", "--listen", "here")]
    [InlineData(Advertised + "such as head.example.org or head.example.org:17700)", "--role", "head",
        "--listen", "10.0.0.1", "--advertise", "head:0")]
    [InlineData("--checkpoint-disk: 0 is not allowed (allowed: a whole number from 1 to 1000000)", "--role", "head",
        "--checkpoint-disk", "0")]
    [InlineData("--until: 4 is not allowed (allowed: a duration of days (d), hours (h), minutes (m) and seconds (s), "
        + "such as 3h50m, from 1s to 365d, or slurm)", "--role", "node", "--until", "4")]
    [InlineData("--margin: 3m is not allowed (allowed: shorter than --until, 2m)", "--role", "node", "--until", "2m")]
    [InlineData("--margin: requires --until; add --until to the command", "--role", "node", "--margin", "2m")]
    [InlineData("--idle-exit: not an option of --role head; see `sbnn serve --help`", "--role", "head",
        "--idle-exit", "2m")]
    public async Task Serve_ExitsWith2AndPrintsTheReason_WhenAnOptionIsNotValid(string reason, params string[] options)
    {
        Assert.Equal(2, await RunAsync(["serve", "--home", _folder.In("home"), .. options]));

        Assert.Equal("", _captured.Output);
        Assert.Equal(reason, Lines(_captured.Error)[0]);
        Assert.False(Directory.Exists(_folder.In("home")));
    }

    public static TheoryData<Exception, int> Failures => new()
    {
        { new BadInputException("it"), 2 },
        { new HeadUnreachableException("it"), 3 },
        { new IOException("it"), 3 },
        { new UnauthorizedAccessException("it"), 3 },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Guard_ReturnsTheExitCode_ForEachFailure(Exception failure, int exitCode)
    {
        Assert.Equal(exitCode, await SbnnCommand.GuardAsync(_captured.Console, () => throw failure));
        Assert.StartsWith("it", Assert.Single(Lines(_captured.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ExitsWith2AndNamesTheLine_WhenTheSpecIsNotValid()
    {
        var spec = WriteSpec("name: tiny\ntrial:\n  widht: 4\n");

        Assert.Equal(2, await RunAsync("run", spec, "--home", _folder.In("home")));

        Assert.Equal("", _captured.Output);
        Assert.StartsWith($"{spec}:3: trial.widht", _captured.Error, StringComparison.Ordinal);
        Assert.Contains("width", _captured.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.In("home")));
    }

    [Fact]
    public async Task Run_ExitsWith2_WhenTheSpecsFileNeverEnds()
    {
        Assert.Equal(2, await RunAsync("run", "/dev/zero", "--home", _folder.In("home")));
        Assert.StartsWith(
            "/dev/zero: the file is too large ", Assert.Single(Lines(_captured.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ExitsWith2_WhenTheTablesCannotBeWritten()
    {
        File.WriteAllText(_folder.In("file"), "");

        Assert.Equal(2, await RunAsync("run", WriteSpec(Spec), "--out", _folder.In("file")));

        Assert.StartsWith($"--out: {_folder.In("file")}/tiny cannot be created: ", _captured.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table.md")]
    [InlineData("manifest.json")]
    public async Task Run_ExitsWith2BeforeTraining_WhenAFolderHasTheNameOfAReportFile(string name)
    {
        var taken = Directory.CreateDirectory(_folder.In("out", "tiny", name)).FullName;

        string[] args = ["run", WriteSpec(Spec), "--out", _folder.In("out"), "--home", _folder.In("home")];
        Assert.Equal(2, await RunAsync(args));

        Assert.Equal("", _captured.Output);
        Assert.Equal(
            [
                $"--out: {_folder.In("out")}/tiny cannot be written: {taken} is a folder, but a file of the report has "
                    + "that name; remove it, or choose another folder",
            ],
            Lines(_captured.Error));
        Assert.False(Directory.Exists(_folder.In("home")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public async Task Pause_ExitsWith2Immediately_WhenTheNameIsNotValid(string name)
    {
        // This head never answers, so the command would wait if it did not check the name first.
        using var head = new HomeFolder(_folder.In("home")).TryBecomeHead();

        Assert.Equal(2, await RunAsync("pause", name, "--home", _folder.In("home")));

        Assert.Equal(
            [$"name: '{name}' is not a valid sweep name (allowed: {SpecReader.NameAllowed})",
                "see `sbnn pause --help`"], Lines(_captured.Error));
    }

    [Fact]
    public async Task Cancel_ExitsWith2AndListsTheKnownNames_WhenTheSweepIsUnknown()
    {
        await SubmitAsync("first");

        Assert.Equal(2, await RunAsync("cancel", "frist", "--home", _folder.Path));

        Assert.Equal("", _captured.Output);
        Assert.Contains("no sweep is named frist (allowed: first); did you mean first?", _captured.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Priority_ExitsWith2_WhenTheValueIsNotAllowed()
    {
        await SubmitAsync("first");

        Assert.Equal(2, await RunAsync("priority", "first", "5000", "--home", _folder.Path));

        Assert.Equal("", _captured.Output);
    }

    [Theory]
    [InlineData("retry", "first")]
    [InlineData("retry", "first", "--failed")]
    public async Task Retry_ReportsThatNoTrialFailed_WithAndWithoutTheEarlierOption(params string[] args)
    {
        await SubmitAsync("first");

        Assert.Equal(0, await RunAsync([.. args, "--home", _folder.Path]));

        Assert.Equal("first has no failed trials\n", _captured.Output);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("show", "first")]
    [InlineData("pause", "first")]
    [InlineData("doctor")]
    [InlineData("backup", "copy.db")]
    public async Task Commands_ExitWith2_WhenTheHomeHasNoLedger(params string[] args)
    {
        Assert.Equal(2, await RunAsync([.. args, "--home", _folder.Path]));
        Assert.StartsWith($"--home: {_folder.Path} has no ledger; `sbnn run <spec>", _captured.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Priority_PrintsOneJsonDocument_WithJsonOption()
    {
        await SubmitAsync("first");

        Assert.Equal(0, await RunAsync("priority", "first", "-7", "--json", "--home", _folder.Path));

        var printed = JsonSerializer.Deserialize<JsonElement>(_captured.Output);
        Assert.Equal((0, -7), (printed.GetProperty("before").GetInt32(), printed.GetProperty("now").GetInt32()));
        Assert.Equal("", _captured.Error);
    }

    [Fact]
    public async Task Schema_PrintsTheBytes_OfTheSchemaFile()
    {
        Assert.Equal(0, await RunAsync("schema"));
        Assert.Equal(SweepSchema.Text, Encoding.UTF8.GetString(_captured.Bytes.ToArray()));
    }

    [Fact]
    public async Task Commands_ExitWith3_WhenStdoutIsFull()
    {
        await SubmitAsync("first");
        using var full = new CapturedConsole { HasDropped = true };

        Assert.Equal(3, await SbnnCommand.RunAsync(full.Console, ["status", "--home", _folder.Path]));

        Assert.Equal("standard output: a part of the output could not be written; free disk space or reopen the "
            + "terminal, then repeat the command", Assert.Single(Lines(full.Error)));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<int> RunAsync(params string[] args) => SbnnCommand.RunAsync(_captured.Console, args);

    private string WriteSpec(string yaml)
    {
        File.WriteAllText(_folder.In("spec.yaml"), yaml);
        return _folder.In("spec.yaml");
    }

    private async Task SubmitAsync(string sweep)
    {
        await using var ledger = await SweepLedger.OpenAsync(_folder.In("ledger.db"), TimeProvider.System);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission(sweep, Sample.Trial()));
    }
}
