using System.Text.Json;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Reports.Export;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

public sealed class ExportCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CapturedConsole _captured = new();

    public void Dispose()
    {
        _captured.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    public async Task Export_WritesTheFiles_WhileTheLedgerIsOpenToWrite(string format)
    {
        await using var ledger = await OpenAsync();

        Assert.Equal(0, await RunAsync("export", "sample", "--out", _folder.In("data"), "--format", format));

        Assert.Equal(
            $"1 row written to {_folder.In($"data/trials.{format}")}\n"
            + $"0 rows written to {_folder.In($"data/epochs.{format}")}\n"
            + $"0 rows written to {_folder.In($"data/layers.{format}")}\n",
            _captured.Output);
        Assert.Equal(3, Directory.GetFiles(_folder.In("data")).Length);
    }

    [Fact]
    public async Task Export_PrintsJson_WithJsonOption()
    {
        await using var ledger = await OpenAsync();

        Assert.Equal(0, await RunAsync("export", "sample", "--out", _folder.In("data"), "--json"));

        var export = JsonSerializer.Deserialize<SweepExport>(_captured.Output, SbnnJson.Options)!;
        Assert.Equal(("sample", 1), (export.Sweep, export.Revision));
        Assert.Equal(new ExportedFile(_folder.In("data/trials.csv"), 1), export.Files[0]);
    }

    [Theory]
    [InlineData("name: no sweep is named sampel (allowed: sample); did you mean sample?", "sampel")]
    [InlineData("--format: xlsx is not allowed (allowed: csv, parquet)", "sample", "--format", "xlsx")]
    public async Task Export_ExitsWith2AndPrintsTheReason_WhenAnArgumentIsNotValid(string reason, params string[] args)
    {
        await using var ledger = await OpenAsync();

        Assert.Equal(2, await RunAsync(["export", .. args, "--out", _folder.In("data")]));

        Assert.StartsWith(reason, _captured.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.In("data")));
    }

    private async Task<SweepLedger> OpenAsync()
    {
        var ledger = await SweepLedger.OpenAsync(_folder.In("ledger.db"), TimeProvider.System);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("sample", Sample.Trial()));
        return ledger;
    }

    private Task<int> RunAsync(params string[] args) =>
        SbnnCommand.RunAsync(_captured.Console, [.. args, "--home", _folder.Path]);
}
