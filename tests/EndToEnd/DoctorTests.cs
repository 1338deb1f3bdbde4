using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests <c>sbnn doctor</c> and <c>sbnn backup</c> on the home of a real sweep.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly Workplace _workplace = new();

    private AttemptFolder Attempt =>
        new(Path.Combine(Directory.EnumerateDirectories(_workplace.Trials).Order(StringComparer.Ordinal).First(), "1"));

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Doctor_FindsNoProblemAfterARun_AndNamesEachChangedFile()
    {
        var run = await _workplace.RunAsync(Spec(epochs: 2));
        Assert.True(run.ExitCode == 0, run.Stdout + run.Stderr);
        // Checkpoints of finished trials are pruned.
        Assert.Empty(Attempt.AttemptsOfTrial().SelectMany(static attempt => attempt.Checkpoints()));
        var sound = await _workplace.CommandAsync("doctor");
        Assert.Equal((0, $"{_workplace.Home}: no problems"), (sound.ExitCode, sound.Stdout.Trim()));

        // When a machine goes down, events that are not on its disk yet are lost. A damaged process.json must not stop
        // the check.
        var (mark, lines) =
            (await File.ReadAllTextAsync(Attempt.Process, Workplace.Cancellation),
                await File.ReadAllLinesAsync(Attempt.Events, Workplace.Cancellation));
        DurableFile.WriteJson(Attempt.Process, ProcessMark.Current() with { BootId = "another boot" });
        await File.WriteAllLinesAsync(Attempt.Events, lines[..^1], Workplace.Cancellation);
        var lost = await _workplace.CommandAsync("doctor");
        Assert.Equal(0, lost.ExitCode);
        Assert.Contains("the machine went down before later ones were written to disk", lost.Stdout,
            StringComparison.Ordinal);
        await File.WriteAllLinesAsync(Attempt.Events, [.. lines[..^2], new string('\0', 40), lines[^1]],
            Workplace.Cancellation);
        var zeroed = await _workplace.CommandAsync("doctor");
        Assert.Equal(0, zeroed.ExitCode);
        Assert.Contains($"the file ends after {lines.Length - 2} events: the machine went down", zeroed.Stdout,
            StringComparison.Ordinal);
        await File.WriteAllLinesAsync(Attempt.Events, lines[..^1], Workplace.Cancellation);
        await File.WriteAllTextAsync(Attempt.Process, "{", Workplace.Cancellation);
        Assert.Contains("find out who shortened the file", (await _workplace.CommandAsync("doctor")).Stdout,
            StringComparison.Ordinal);
        await File.WriteAllTextAsync(Attempt.Process, mark, Workplace.Cancellation);
        await File.WriteAllLinesAsync(Attempt.Events, lines, Workplace.Cancellation);

        await File.WriteAllTextAsync(Attempt.Checkpoint(9, 0), "left behind", Workplace.Cancellation);
        await File.WriteAllTextAsync($"{Attempt.Result}.{int.MaxValue}.tmp", "half", Workplace.Cancellation);
        Assert.Contains("half-written files are left: 2 files, 0.0 MB",
            (await _workplace.CommandAsync("doctor")).Stdout, StringComparison.Ordinal);
        Assert.Contains("2 files removed:", (await _workplace.CommandAsync("doctor", "--prune")).Stdout,
            StringComparison.Ordinal);
        Assert.Equal("[]", (await _workplace.CommandAsync("doctor", "--json")).Stdout.Trim());

        var events = await File.ReadAllLinesAsync(Attempt.Events, Workplace.Cancellation);
        await File.WriteAllLinesAsync(Attempt.Events, [events[0], .. events], Workplace.Cancellation);
        await File.AppendAllTextAsync(Attempt.Result, " ", Workplace.Cancellation);
        var damaged = await _workplace.CommandAsync("doctor");

        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains($"problem: {Attempt.Events}: line 2: the event has sequence number 1 ", damaged.Stdout,
            StringComparison.Ordinal);
        Assert.Contains($"problem: {Attempt.Result}: the file's SHA-256 is ", damaged.Stdout, StringComparison.Ordinal);
        Assert.Contains("2 problems", damaged.Stdout, StringComparison.Ordinal);
        var asJson = _workplace.StartCommand("doctor", "--json");
        Assert.Equal(1, await asJson.WaitAsync());
        Assert.Equal(2, JsonSerializer.Deserialize<JsonElement>(asJson.Stdout).EnumerateArray()
            .Count(static finding => finding.GetProperty("severity").GetString() == "problem"));
    }

    [Fact]
    public async Task Backup_WritesASoundLedger_WhileASweepRuns()
    {
        var run = _workplace.Start(Spec(epochs: 2000));
        await Eventually.UntilAsync(() => run.Stdout.Contains("epoch", StringComparison.Ordinal), "the first epoch");
        var copy = Path.Combine(_workplace.Folder, "copy.db");

        var backup = await _workplace.CommandAsync("backup", copy);
        Assert.True(backup.ExitCode == 0, backup.Stderr);
        // A backup must not overwrite a file.
        Assert.Equal(2, (await _workplace.CommandAsync("backup", copy)).ExitCode);
        run.Signal(2);
        Assert.Equal(130, await run.WaitAsync());

        using var ledger = Sweeps.Ledger.LedgerReader.Open(copy);
        Assert.Empty(await ledger.AuditAsync());
        Assert.Equal(2, Assert.Single(await ledger.ReadSweepsAsync()).Counts.Running);

        var torn = Attempt.Checkpoints()[0];
        await using (var file = File.OpenWrite(torn)) file.SetLength(file.Length / 2);
        var doctor = await _workplace.CommandAsync("doctor");
        Assert.Equal(0, doctor.ExitCode);
        Assert.Contains($"note: {torn}: its SHA-256 does not match", doctor.Stdout,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_LeavesNoCopyWhenKilled_AndTheNextBackupRemovesItsFiles()
    {
        Assert.Equal(0, (await _workplace.RunAsync(Spec(epochs: 1))).ExitCode);
        using (var connection =
            new SqliteConnection($"Data Source={Path.Combine(_workplace.Home, "ledger.db")};Pooling=False"))
        {
            connection.Open(); // The table makes the ledger so large that the backup takes long enough to be killed.
            connection.Execute(
                "CREATE TABLE weight AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) "
                    + "SELECT zeroblob(1 << 20) AS mass FROM n");
        }

        var copies = Directory.CreateDirectory(Path.Combine(_workplace.Folder, "copies")).FullName;
        var copy = Path.Combine(copies, "copy.db");
        var killed = _workplace.StartCommand("backup", copy);
        await Eventually.UntilAsync(() => Directory.EnumerateFiles(copies).Any(), "the copy to begin");
        killed.Signal(9);
        Assert.Equal(137, await killed.WaitAsync());
        Assert.False(File.Exists(copy));

        Assert.Equal(0, (await _workplace.CommandAsync("backup", copy)).ExitCode);
        Assert.Equal([copy], Directory.EnumerateFiles(copies));
        using var reader = LedgerReader.Open(copy);
        Assert.Empty(await reader.AuditAsync());
    }

    [Fact]
    public async Task Run_ReadsResultsFromFolders_AfterRestoringABackup()
    {
        var (ledger, copy) = (Path.Combine(_workplace.Home, "ledger.db"), Path.Combine(_workplace.Folder, "copy.db"));
        Assert.Equal(0, (await _workplace.RunAsync(Spec(epochs: 1, seeds: "1"))).ExitCode);
        Assert.Equal(0, (await _workplace.CommandAsync("backup", copy)).ExitCode);
        Assert.Equal(0, (await _workplace.RunAsync(Spec(epochs: 1))).ExitCode);
        var (table, results) =
            (_workplace.Table("checked"), _workplace.AttemptFolders(1)
                .Select(static attempt => File.GetLastWriteTimeUtc(attempt.Result)).ToList());

        File.Move(copy, ledger, overwrite: true);
        Directory.Delete(_workplace.Out, recursive: true);
        Assert.Equal(0, (await _workplace.RunAsync(Spec(epochs: 1))).ExitCode);

        Assert.Equal(table, _workplace.Table("checked"));
        Assert.Equal([1, 1], _workplace.Attempts());
        Assert.Equal(results, _workplace.AttemptFolders(1)
            .Select(static attempt => File.GetLastWriteTimeUtc(attempt.Result)));
        Assert.Equal(0, (await _workplace.CommandAsync("doctor")).ExitCode);
    }

    private string Spec(int epochs, string seeds = "1, 2") => _workplace.WriteSpec(
        $$"""
        name: checked
        trial: {dataset: synthetic, train-images: 100, test-images: 20, width: 2, epochs: {{epochs}}, batch-size: 50, mixup: 0}
        seeds: [{{seeds}}]
        """);
}
