using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests <c>sbnn audit</c>, which trains trials again and compares the results with the ledger's.</summary>
public sealed class AuditTests : IDisposable
{
    private const string Spec =
        "{name: audited, trial: {dataset: synthetic, train-images: 40, test-images: 20, width: 2, epochs: 2, "
            + "batch-size: 10}, seeds: [1, 2], table: {title: Audited, columns: [top1], "
            + "rows: [{label: one, where: {width: 2}}]}}";

    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Audit_FindsTheSameBytes_UnlessTheLedgerWasChanged()
    {
        var run = await _workplace.RunAsync(_workplace.WriteSpec(Spec));
        Assert.True(run.ExitCode == 0, run.Stdout + run.Stderr);

        var agreed = await AuditAsync("--cells", "2", "--seed", "7");

        Assert.True(agreed.ExitCode == 0, agreed.Stdout + agreed.Stderr);
        Assert.Equal(2, agreed.Stdout.Split("the same bytes, on cpu ").Length - 1);
        Assert.EndsWith("audited, revision 1, seed 7: 2 trials trained again, 2 with the same bytes, 0 compared by "
            + "accuracy, 0 not in agreement\n", agreed.Stdout, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_workplace.Home, "audit-*"));

        Change("UPDATE results SET sha256 = printf('%064d', 0); UPDATE attempts SET device_class = 'cpu of another "
            + "machine t1' WHERE trial = (SELECT min(id) FROM trials)");
        var differs = await AuditAsync("--cells", "2", "--seed", "7", "--json");

        Assert.Equal(1, differs.ExitCode);
        var trials = JsonSerializer.Deserialize<JsonElement>(differs.Stdout).GetProperty("trials");
        var (elsewhere, here) = (
            trials.EnumerateArray().Single(static trial => !trial.TryGetProperty("bytesAgree", out _)),
            trials.EnumerateArray().Single(static trial => trial.TryGetProperty("bytesAgree", out _)));
        Assert.Equal("cpu of another machine t1", elsewhere.GetProperty("deviceClass").GetString());
        Assert.Equal(0, elsewhere.GetProperty("accuracyDifference").GetDecimal());
        Assert.False(here.GetProperty("bytesAgree").GetBoolean());
        Assert.Equal(2, (await _workplace.CommandAsync("audit", "strange", "--data", _workplace.DataRoot)).ExitCode);
    }

    private Task<(int ExitCode, string Stdout, string Stderr)> AuditAsync(params string[] options) =>
        _workplace.CommandAsync("audit", ["audited", "--data", _workplace.DataRoot, .. options]);

    private void Change(string sql)
    {
        using var ledger = new SqliteConnection($"Data Source={_workplace.Home}/ledger.db;Pooling=False");
        ledger.Open();
        ledger.Execute(sql);
    }
}
