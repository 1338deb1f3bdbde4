using System.Text;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using Sbnn.Sweeps.Tests.Unit.Reports;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>Tests <c>sbnn tables</c> on real ledgers and specs.</summary>
public sealed class TablesCommandTests : IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly CapturedConsole _captured = new();

    private string Home => Path.GetDirectoryName(_folder.Ledger)!;

    public void Dispose()
    {
        _captured.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Tables_WritesTheFilesOfARun_FromTheLedger()
    {
        await RecordAsync();

        Assert.Equal(0, await RunAsync("tables", "sample", "--home", Home, "--out", _folder.In("offline")));

        AssertSameFiles(_folder.In("run"), _folder.In("offline/sample"));
        Assert.Equal($"report written to {_folder.In("offline/sample/index.html")}\n", _captured.Output);
    }

    [Fact]
    public async Task Tables_WritesEverySweep_WhenALedgersFileIsGiven()
    {
        await RecordAsync();
        await using (var ledger = await _folder.OpenAsync())
            await ledger.Writer.RecordRevisionAsync(Sample.Submission("another", Sample.Trial(7)));

        Assert.Equal(0, await RunAsync("tables", "--ledger", _folder.Ledger, "--out", _folder.In("offline")));

        AssertSameFiles(_folder.In("run"), _folder.In("offline/sample"));
        Assert.True(File.Exists(_folder.In("offline/another/index.html")));
    }

    [Theory]
    [InlineData("md")]
    [InlineData("csv")]
    [InlineData("tex")]
    [InlineData("html")]
    [InlineData("json")]
    public async Task Tables_PrintsTheBytesOfTheFile_WithFormatOption(string format)
    {
        await RecordAsync();

        Assert.Equal(0, await RunAsync("tables", "--format", format, "--home", Home));

        Assert.Equal(await File.ReadAllBytesAsync(_folder.In($"run/table.{format}"),
            TestContext.Current.CancellationToken), _captured.Bytes.ToArray());
        Assert.Equal("", _captured.Output);
    }

    [Fact]
    public async Task Tables_RendersASpec_WithoutALedger()
    {
        var spec = Repository.PathOf("sweeps", "table1.yaml");

        Assert.Equal(0, await RunAsync("tables", "--spec", spec, "--out", _folder.In("out")));

        var table = await File.ReadAllLinesAsync(_folder.In("out/table1/table.md"),
            TestContext.Current.CancellationToken);
        var row = Assert.Single(table, static line => line.StartsWith("| learned {α, β}", StringComparison.Ordinal));
        Assert.Contains(" not run | 0/3 ", row, StringComparison.Ordinal);
        Assert.Contains(" 88.84 ", row, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.In("out/table1/manifest.json")));
        Assert.Contains("<dd>12 trials, not run</dd>", await File.ReadAllTextAsync(_folder.In("out/table1/index.html"),
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_RendersEverySpecOfTheRepository()
    {
        foreach (var spec in Directory.GetFiles(Repository.PathOf("sweeps"), "*.yaml"))
            Assert.Equal(0, await RunAsync("tables", "--spec", spec, "--out", _folder.In("out")));
        Assert.Contains("the paper&apos;s", await ReadFigureAsync("table2"), StringComparison.Ordinal);
        Assert.Contains("Nothing to draw", await ReadFigureAsync("table1"), StringComparison.Ordinal);

        Task<string> ReadFigureAsync(string sweep) => File.ReadAllTextAsync(
            _folder.In($"out/{sweep}/accuracy-bops.svg"), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("name: no sweep is named smaple (allowed: sample); did you mean sample?", "smaple")]
    [InlineData("--format: pdf is not allowed (allowed: md, csv, tex, html, json)", "--format", "pdf")]
    [InlineData("--format: not allowed together with --out, because it prints to stdout",
        "--format", "md", "--out", "x")]
    [InlineData("--spec: not allowed together with a sweep's name or --ledger, because it reads no ledger",
        "sample", "--spec", "x")]
    [InlineData("--head: not allowed together with --ledger, which names the source",
        "--ledger", "x", "--head", "http://127.0.0.1:1")]
    public async Task Tables_ExitsWith2AndPrintsTheReason_WhenArgumentsAreNotValid(string reason, params string[] args)
    {
        await RecordAsync();

        Assert.Equal(2, await RunAsync(["tables", "--home", Home, .. args]));

        Assert.Equal(reason, _captured.Error.Split('\n')[0]);
        Assert.Equal("", _captured.Output);
    }

    [Fact]
    public async Task Tables_ExitsWith2_WhenTheFolderIsAFile()
    {
        await RecordAsync();
        await File.WriteAllTextAsync(_folder.In("file"), "", TestContext.Current.CancellationToken);

        Assert.Equal(2, await RunAsync("tables", "--home", Home, "--out", _folder.In("file")));

        Assert.StartsWith("--out: ", _captured.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] args) => SbnnCommand.RunAsync(_captured.Console, args);

    private async Task RecordAsync()
    {
        await using var ledger = await _folder.OpenAsync();
        await ReportBytesTests.EveryKind().RecordAsync(
            ledger, "Every kind of cell", ReportBytesTests.Source, ReportBytesTests.AllColumns);
        await SampleSweep.WriteReportsAsync(ledger, _folder.In("run"));
    }

    private static void AssertSameFiles(string expected, string actual)
    {
        static Dictionary<string, string> Read(string folder) => Directory.GetFiles(folder)
            .ToDictionary(static file => Path.GetFileName(file), static file => File.ReadAllText(file, Encoding.UTF8));
        Assert.Equal(Read(expected), Read(actual));
    }
}
