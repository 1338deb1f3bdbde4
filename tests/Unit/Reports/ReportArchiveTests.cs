using System.IO.Compression;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>Tests the ZIP archive in which a head sends a report to a client.</summary>
public sealed class ReportArchiveTests : IDisposable
{
    private readonly LedgerFolder _ledger = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _ledger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Unpack_WritesTheFilesOfALocalReport_WithTheSameBytes()
    {
        await using var ledger = await _ledger.OpenAsync();
        var outcome = await new SampleSweep().Row("a", Learned(80), seeds: [Ends(9000), Ends(8000)])
            .RecordAsync(ledger, "Sent", source: null, TableColumn.Top1);
        await ReportWriter.WriteAsync(outcome, SweepTable.Of(outcome), _folder.In("local"));

        var archive = ReportArchive.Write(outcome);
        Directory.CreateDirectory(_folder.In("fetched"));
        await ReportArchive.UnpackAsync(await ReportArchive.ReadAsync(archive), _folder.In("fetched"));

        Assert.Equal(archive, ReportArchive.Write(outcome));
        Assert.Equal(Files("local"), Files("fetched"));
        Assert.Contains("index.html", Files("fetched").Keys);
    }

    [Theory]
    [InlineData("../table.md")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\b")]
    [InlineData("folder/table.md")]
    [InlineData("..")]
    public async Task Read_Throws_WhenANameLeadsOutOfTheFolder(string name)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true)) zip.CreateEntry(name);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReportArchive.ReadAsync(bytes.ToArray()));

        Assert.Equal($"the archive has a file with the name '{name}'", error.Message);
    }

    private SortedDictionary<string, string> Files(string folder) => new(
        Directory.EnumerateFiles(_folder.In(folder)).ToDictionary(
            static path => Path.GetFileName(path), static path => Convert.ToHexString(File.ReadAllBytes(path))),
        StringComparer.Ordinal);
}
