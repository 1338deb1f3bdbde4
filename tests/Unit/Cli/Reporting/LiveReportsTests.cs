using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Cli.Reporting;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Reporting;

/// <summary>Tests the reports that a head keeps up to date.</summary>
public sealed class LiveReportsTests : IDisposable
{
    private static readonly DateTime LongAgo = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly LedgerFolder _folder = new();
    private readonly CapturedConsole _captured = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose()
    {
        _captured.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Look_WritesTheSweepThatChanged_AtMostOnceASecond()
    {
        await using var ledger = await _folder.OpenAsync();
        var trial = Sample.Trial();
        await ledger.Writer.RecordRevisionAsync(Submission("first", trial));
        await ledger.Writer.RecordRevisionAsync(Submission("second", Sample.Trial(7)));
        await using var reports = new LiveReports(ledger.Reader, _folder.In("reports"), _captured.Console, _time);
        await reports.LookAsync();
        Assert.Contains("not run", Read("first"), StringComparison.Ordinal);
        Age();

        await FinishAsync(ledger, trial);
        await reports.LookAsync();
        Assert.Empty(Written());

        _time.Advance(TimeSpan.FromSeconds(1));
        await reports.LookAsync();
        Assert.DoesNotContain("not run", Read("first"), StringComparison.Ordinal);
        Assert.Equal(["first"], Written());
        Assert.Equal("", _captured.Error);
    }

    [Fact]
    public async Task Look_WritesNothing_WithoutACommit()
    {
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Submission("first", Sample.Trial()));
        await using var reports = new LiveReports(ledger.Reader, _folder.In("reports"), _captured.Console, _time);
        await reports.LookAsync();
        File.Delete(_folder.In("reports/first/table.md"));

        _time.Advance(TimeSpan.FromSeconds(2));
        await reports.LookAsync();

        Assert.False(File.Exists(_folder.In("reports/first/table.md")));
    }

    [Fact]
    public async Task Dispose_WritesTheLastResult()
    {
        await using var ledger = await _folder.OpenAsync();
        var trial = Sample.Trial();
        await ledger.Writer.RecordRevisionAsync(Submission("first", trial));
        await using (var reports = new LiveReports(ledger.Reader, _folder.In("reports"), _captured.Console, _time))
        {
            await reports.LookAsync();
            await FinishAsync(ledger, trial);
        }

        Assert.DoesNotContain("not run", Read("first"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_WarnsOnce_WhenTheFolderCannotBeWritten()
    {
        await using var ledger = await _folder.OpenAsync();
        var trial = Sample.Trial();
        await ledger.Writer.RecordRevisionAsync(Submission("first", trial));
        await File.WriteAllTextAsync(_folder.In("reports"), "", TestContext.Current.CancellationToken);
        await using (var reports = new LiveReports(ledger.Reader, _folder.In("reports"), _captured.Console, _time))
        {
            await reports.LookAsync();
            await FinishAsync(ledger, trial);
        }

        Assert.Contains("the report of first cannot be written",
            Assert.Single(_captured.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    private static SweepSubmission Submission(string name, KeyedTrial trial) => new(
        name, "", new TableSpec
        {
            Title = name,
            Rows = [new TableRowSpec { Label = "only", Where = new Dictionary<string, string>() }],
            Columns = [TableColumn.Top1],
        },
        new RunSpec(), [trial]);

    private static async Task FinishAsync(SweepLedger ledger, KeyedTrial trial)
    {
        await ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("some-node"), 0);
        await ledger.Writer.CommitResultAsync(new(trial.Key, 1), Sample.Result(trial, 5, 6, 7));
    }

    private string Read(string sweep) => File.ReadAllText(_folder.In($"reports/{sweep}/table.md"));

    private void Age()
    {
        foreach (var file in Directory.GetFiles(_folder.In("reports"), "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, LongAgo);
    }

    private IEnumerable<string?> Written() =>
        Directory.GetFiles(_folder.In("reports"), "*", SearchOption.AllDirectories)
            .Where(static file => File.GetLastWriteTimeUtc(file) != LongAgo)
            .Select(static file => Path.GetFileName(Path.GetDirectoryName(file))).Distinct();
}
