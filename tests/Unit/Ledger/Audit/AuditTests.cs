using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Audit;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Audit;

public sealed class AuditTests : IAsyncLifetime
{
    private readonly LedgerFolder _folder = new();
    private SweepLedger _ledger = null!;

    // Records one trial in each state. By seed: 1 finished in its second attempt, 2 is running, 3 failed, 4 waits after
    // a failed attempt, and 5 is withdrawn.
    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        var writer = _ledger.Writer;
        await writer.RecordRevisionAsync(
            Sample.Submission("sweep", [.. Enumerable.Range(1, 5).Select(static seed => Sample.Trial(seed))]));
        foreach (var seed in new[] { 1, 2, 3, 4 })
            await writer.StartAttemptAsync(new(Sample.Trial(seed).Key, 1), new("node"), seed);
        foreach (var seed in new[] { 1, 4 })
            await writer.EndAttemptAsync(new(Sample.Trial(seed).Key, 1), Sample.Conclusion());
        await writer.StartAttemptAsync(new(Sample.Trial(1).Key, 2), new("node"), 0);
        await writer.CommitResultAsync(new(Sample.Trial(1).Key, 2), Sample.Result(Sample.Trial(1), 1, 2, 3));
        await writer.EndAttemptAsync(new(Sample.Trial(3).Key, 1), Sample.Conclusion(next: TrialState.Failed));
        await writer.RecordRevisionAsync(
            Sample.Submission("sweep", [.. Enumerable.Range(1, 4).Select(static seed => Sample.Trial(seed))]));
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Audit_FindsNoProblem_InASoundLedger() => Assert.Empty(await _ledger.Reader.AuditAsync());

    [Theory]
    [InlineData("DELETE FROM results", 1, "the trial is finished, but has no result")]
    [InlineData("UPDATE trials SET state = 'waiting' WHERE state = 'finished'", 1,
        "the trial has a result, but is waiting")]
    [InlineData("UPDATE attempts SET ending = 'crashed' WHERE ending = 'completed'", 1,
        "committed by an attempt that ended as crashed")]
    [InlineData("UPDATE attempts SET ending = 'completed' WHERE trial = 3", 3,
        "the attempt completed, but has no result in the ledger")]
    [InlineData("DELETE FROM epochs WHERE epoch = 2", 1, "the trial does not have each epoch from 1 to 3 exactly once")]
    [InlineData("DELETE FROM attempts WHERE trial = 1 AND attempt = 1", 1,
        "the 1 attempts of the trial are not numbered 1 to 2")]
    [InlineData("UPDATE attempts SET ending = NULL WHERE trial = 4", 4,
        "the attempt has no recorded end, but the trial is ")]
    [InlineData("UPDATE attempts SET ending = 'killed' WHERE trial = 2", 2,
        "the trial is running, but its current attempt has ended")]
    [InlineData("UPDATE trials SET state = 'waiting' WHERE state = 'withdrawn'", 5,
        "the trial waits, but no active sweep needs it")]
    [InlineData("UPDATE trials SET state = 'withdrawn' WHERE state = 'waiting'", 4,
        "the trial is withdrawn, but an active sweep needs it")]
    [InlineData("UPDATE trials SET reason = NULL WHERE state = 'failed'", 3,
        "the trial has failed, but no reason is recorded")]
    [InlineData("UPDATE trials SET failures = 2 WHERE id = 4", 4,
        "the trial counts 2 failures, but its attempts count 1")]
    [InlineData("UPDATE epochs SET correct = correct + 3 WHERE epoch = 1", 1,
        "the trial's result was altered: its SHA-256 is ")]
    [InlineData("UPDATE epochs SET train_loss = train_loss * 1.0000000000000002 WHERE epoch = 1", 1,
        "the trial's result was altered: its SHA-256 is ")]
    [InlineData("UPDATE layer_counts SET layers = replace(layers, '45', '44') WHERE epoch = 2", 1,
        "the trial's result was altered: its SHA-256 is ")]
    [InlineData("UPDATE epochs SET total = 1 << 40 WHERE epoch = 1", 1, "its epochs cannot be read")]
    [InlineData("UPDATE results SET best_epoch = 1", 1, "the trial's result was altered: its SHA-256 is ")]
    [InlineData("DELETE FROM layer_counts WHERE epoch = 1", 1, "its epochs cannot be read")]
    [InlineData("UPDATE layer_counts SET layers = '[[1]]' WHERE epoch = 1", 1, "its epochs cannot be read")]
    [InlineData("UPDATE epochs SET attempt = 1 WHERE trial = 1 AND epoch = 2", 1,
        "epoch 2 of this attempt replaced the epoch of attempt 2")]
    [InlineData("UPDATE attempts SET preflight = 'gone' WHERE trial = 2", 2,
        "the resume preflight of the attempt has no recorded result")]
    public async Task Audit_FindsAndNamesEachViolatedInvariant(string damage, int seed, string what)
    {
        _folder.Query(damage);

        var found = await _ledger.Reader.AuditAsync();

        Assert.Contains(found, finding => finding.Severity == Severity.Problem
            && finding.Place.StartsWith(Sample.Trial(seed).Key.Hex, StringComparison.Ordinal)
                && finding.What.Contains(what, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Audit_IgnoresTheMissingSign_OfAZero()
    {
        // Without kernels of Hamming weight 0 or 1, no operations are saved, and the trainer reports a BOPs PR of −0.
        LayerRecord[] layers =
            [new() { Order = 1, Weights = 18, Ones = 4, Hamming = [0, 0, 2, 0, 0, 0, 0, 0, 0, 0], EmptyFilters = 0,
                DenseBops = 900, Tau = 1, Phi = 0 }];
        var (trial, bopsPr) = (Sample.Trial(9), new KernelStatistics(layers).BopsPr);
        Assert.True(double.IsNegative(bopsPr) && bopsPr == 0);
        var result = Sample.Result(trial, 1, 2, 3);
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("no operations saved", trial));
        await _ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("node"), 0);
        Assert.True(await _ledger.Writer.CommitResultAsync(new(
            trial.Key, 1), result with
            {
                Epochs =
                [.. result.Epochs.Select(epoch =>
                    epoch with { BopsPr = bopsPr, Ones = 4, Weights = 18, Layers = layers })]
            }));

        Assert.Empty(await _ledger.Reader.AuditAsync());
    }

    [Fact]
    public async Task Audit_FindsDamage_InEveryPageOfTheFile()
    {
        await _ledger.DisposeAsync(); // Disposal moves all content from the write-ahead log into the ledger's file.
        var whole = await File.ReadAllBytesAsync(_folder.Ledger, TestContext.Current.CancellationToken);
        const int Page = 4096;
        var (found, refused) = (0, 0);
        for (var first = 0; first < whole.Length; first += Page)
        {
            var damaged = whole.ToArray();
            damaged.AsSpan(first, Page).Fill(0xA5);
            var copy = _folder.In($"damaged-{first}.db");
            await File.WriteAllBytesAsync(copy, damaged, TestContext.Current.CancellationToken);
            try
            {
                using var reader = LedgerReader.Open(copy);
                if ((await reader.AuditAsync())
                    .Any(static finding => finding is { Severity: Severity.Problem, Place: Finding.LedgerFile }))
                    found++;
            }
            catch (Exception error) when (error is LedgerUnavailableException or BadInputException)
            {
                // A ledger whose first pages are damaged cannot be opened.
                Assert.StartsWith(copy, error.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(found > 10, $"only the damage of {found} pages was found");
        Assert.InRange(refused, 1, 5);
        Assert.Equal(whole.Length / Page, found + refused);
        _ledger = await _folder.OpenAsync();
    }

    [Fact]
    public async Task Audit_FindsARow_WhenItRefersToAMissingRow()
    {
        _folder.Query("PRAGMA foreign_keys = OFF; DELETE FROM trials WHERE id = 5");

        Assert.Contains(await _ledger.Reader.AuditAsync(),
            static finding => finding.Place.StartsWith("revision_trials", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BackUp_CopiesAllCommits_AndOverwritesNothing()
    {
        await _ledger.Reader.BackUpAsync(_folder.In("copy.db"));
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("later", Sample.Trial(9)));

        using (var copy = LedgerReader.Open(_folder.In("copy.db")))
        {
            Assert.Equal("sweep", Assert.Single(await copy.ReadSweepsAsync()).Name);
            Assert.Empty(await copy.AuditAsync());
        }

        var refused = await Assert.ThrowsAsync<BadInputException>(() =>
            _ledger.Reader.BackUpAsync(_folder.In("copy.db")));
        Assert.Contains("copy.db exists already; choose another file", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BadInputException>(() => _ledger.Reader.BackUpAsync(_folder.In("nowhere/copy.db")));
    }
}
