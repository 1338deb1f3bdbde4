using Dapper;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Audit;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Audit;

/// <summary>
/// Tests audits and backups of ledgers of earlier versions, and of ledgers with rows that a later version wrote.
/// </summary>
public sealed class OlderVersionTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Audit_FindsNoProblem_InASoundLedgerOfVersion1()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Ledger", "ledgers", "version-1.db"), _folder.Ledger);

        using var reader = LedgerReader.Open(_folder.Ledger, anyVersion: true);

        Assert.Equal(1, reader.Version);
        Assert.Empty(await reader.AuditAsync());
        Assert.NotEmpty(await reader.ReadArtifactsAsync());
        Assert.Throws<BadInputException>(() => LedgerReader.Open(_folder.Ledger));
    }

    [Fact]
    public async Task BackUp_CopiesALedger_OfAnEarlierVersion()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Ledger", "ledgers", "version-1.db"), _folder.Ledger);
        using var reader = LedgerReader.Open(_folder.Ledger, anyVersion: true);

        await reader.BackUpAsync(_folder.In("copy.db"));

        using var copy = LedgerReader.Open(_folder.In("copy.db"), anyVersion: true);
        Assert.Equal(1, copy.Version);
    }

    [Fact]
    public async Task Audit_NamesTrialAndMember_WhenAnUnfinishedTrialHasAnUnknownMember()
    {
        await using (var ledger = await _folder.OpenAsync())
            await ledger.Writer.RecordRevisionAsync(Sample.Submission("sweep", Sample.Trial(1), Sample.Trial(2)));
        using (var stranger = _folder.OpenOtherConnection())
            stranger.Execute("UPDATE trials SET spec = json_insert(spec, '$.teacher', 'resnet34') WHERE id = 2");
        using var reader = LedgerReader.Open(_folder.Ledger);

        var finding = Assert.Single(await reader.AuditAsync());

        Assert.Equal((Severity.Problem, Sample.Trial(2).Key.Hex), (finding.Severity, finding.Place));
        Assert.Contains("'teacher'", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_NamesTrialAndMember_WhenAFinishedTrialHasAnUnknownMember()
    {
        await using (var ledger = await _folder.OpenAsync())
        {
            await ledger.Writer.RecordRevisionAsync(Sample.Submission("sweep", Sample.Trial()));
            await ledger.Writer.StartAttemptAsync(new(Sample.Trial().Key, 1), new("node"), 0);
            await ledger.Writer.CommitResultAsync(new(Sample.Trial().Key, 1), Sample.Result(Sample.Trial(), 1, 2, 3));
        }

        using (var stranger = _folder.OpenOtherConnection())
            stranger.Execute("UPDATE trials SET spec = json_insert(spec, '$.teacher', 'resnet34')");
        using var reader = LedgerReader.Open(_folder.Ledger);

        var finding = Assert.Single(await reader.AuditAsync());
        Assert.Equal((Severity.Problem, Sample.Trial().Key.Hex), (finding.Severity, finding.Place));
        Assert.Contains("'teacher'", finding.What, StringComparison.Ordinal);
    }
}
