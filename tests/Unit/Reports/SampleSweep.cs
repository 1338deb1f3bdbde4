using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>Builds a sweep row by row and records it in a real ledger, with an ending for each trial.</summary>
internal sealed class SampleSweep
{
    private readonly List<TableRowSpec> _rows = [];
    private readonly List<(KeyedTrial Trial, Func<LedgerWriter, KeyedTrial, Task> Apply)> _trials = [];

    public SampleSweep()
    {
    }

    /// <summary>Creates a sample with the rows and trials of another sample.</summary>
    public SampleSweep(SampleSweep other) => (_rows, _trials) = (other._rows, other._trials);

    public FigureSpec? Figure { get; init; }

    public AccuracyChoice Accuracy { get; init; }

    public IReadOnlyList<ClaimSpec>? Claims { get; init; }

    /// <summary>Writes the report files of the sample sweep, as a run does at its end.</summary>
    public static async Task WriteReportsAsync(SweepLedger ledger, string folder)
    {
        var outcome = (await ledger.Reader.FindOutcomeAsync("sample"))!;
        await ReportWriter.WriteAsync(outcome, SweepTable.Of(outcome), folder);
    }

    public static TrialSpec Learned(decimal sparsity) =>
        Sample.Spec() with { Domain = DomainKind.Learned, Sparsity = sparsity };

    public SampleSweep Row(
        string label, TrialSpec cell, PublishedRow? published = null, bool baseline =
            false, params Func<LedgerWriter, KeyedTrial, Task>[] seeds)
    {
        var where = new Dictionary<string, string>
        {
            ["domain"] = EnumWords.Of(cell.Domain),
            ["sparsity"] = HyperparameterOf("sparsity", cell),
            ["width"] = HyperparameterOf("width", cell)
        };
        _rows.Add(new TableRowSpec { Label = label, Where = where, Baseline = baseline, Published = published });
        _trials.AddRange(seeds.Select((apply, i) => (Sample.Keyed(cell with { Seed = i + 1 }), apply)));
        return this;
    }

    /// <summary>Records the sweep and the endings of its trials, and returns the data of the report.</summary>
    public async Task<SweepOutcome> RecordAsync(
        SweepLedger ledger, string title, PublishedSource? source, params TableColumn[] columns)
    {
        var table = new TableSpec
        {
            Title = title,
            Rows = _rows,
            Columns = columns,
            Source = source,
            Figure = Figure,
            Accuracy = Accuracy,
            Claims = Claims
        };
        await ledger.Writer.RecordRevisionAsync(
            new SweepSubmission("sample", "", table, new RunSpec(), [.. _trials.Select(static t => t.Trial)]));
        foreach (var (trial, apply) in _trials) await apply(ledger.Writer, trial);
        return (await ledger.Reader.FindOutcomeAsync("sample"))!;
    }

    public static Func<LedgerWriter, KeyedTrial, Task> Waits() => static (_, _) => Task.CompletedTask;

    public static Func<LedgerWriter, KeyedTrial, Task> Fails(AttemptEnding ending = AttemptEnding.Crashed) =>
        async (writer, trial) =>
    {
        await writer.StartAttemptAsync(new(trial.Key, 1), new("some-node"), 0);
        await writer.EndAttemptAsync(new(trial.Key, 1), Sample.Conclusion(ending, TrialState.Failed));
    };

    /// <summary>
    /// Finishes a trial of three epochs, of which the first is the best. All metrics are computed from the number of
    /// correct images (of 10,000) and of ones (of 1,000 weights), which is within the target unless
    /// <paramref name="missed"/> is true. If <paramref name="resume"/> is set, a resume check is recorded first.
    /// </summary>
    public static Func<LedgerWriter, KeyedTrial, Task> Ends(int correct, int ones = 500, bool missed = false,
        bool collapsed = false, int total = 10_000, int weights = 1000, bool? resume = null, string? device =
            null, params long[] onesOfLayers) => async (writer, trial) =>
    {
        EpochRecord Epoch(int epoch, int right) => Sample.Epoch(epoch, right) with
        {
            Total = total,
            Validation = trial.Spec.SelectOn == SelectionSplit.Validation
                ? new MeasuredAccuracy { Loss = 1, Correct = 1, Total = 100 } : null,
            Ones = onesOfLayers.Length > 0 ? onesOfLayers.Sum() : collapsed ? 0 : missed ? ones
                : Math.Min(ones, Allowed(trial.Spec) * weights / 100),
            Weights = onesOfLayers.Length == 0 ? weights : 100 * onesOfLayers.Length,
            Entropy = 0.2864,
            K0 = 0.771,
            K1 = 0.118,
            BopsPr = -ones / 1000.0,
            BParamsPr = -0.125,
            Layers =
            [
                .. onesOfLayers.Select(static (ones, i) => new LayerRecord
                {
                    Order = i + 1, Weights = 100, Ones = ones, Hamming = [], EmptyFilters = 0, DenseBops =
                        100, Tau = 1, Phi = 0,
                }),
            ],
        };
        await writer.StartAttemptAsync(new(trial.Key, 1), new("some-node"), 0);
        if (resume is { } isExact)
            await writer.RecordEventsAsync(new(trial.Key, 1), [Sample.Checked(1, isExact), Sample.Started(2)]);
        if (device is not null)
            await writer.RecordEventsAsync(new(trial.Key, 1), [Sample.Started(3) with { DeviceClass = device }]);
        await writer.CommitResultAsync(new(trial.Key, 1), new TrialResult
        {
            Trial = trial.Key,
            Spec = trial.Spec,
            Constraint = collapsed ? ConstraintOutcome.Collapsed
                : missed ? ConstraintOutcome.Missed
                : trial.Spec.Sparsity is null ? ConstraintOutcome.Unconstrained : ConstraintOutcome.Reached,
            BestEpoch = missed ? null : 1,
            Epochs = [Epoch(1, correct), Epoch(2, correct - (total / 200)), Epoch(3, correct - (total / 100))],
        });
    };

    /// <summary>Finishes a trial whose epochs are all equal, with the given layers.</summary>
    public static Func<LedgerWriter, KeyedTrial, Task> Counts(int correct, params LayerRecord[] layers) =>
        async (writer, trial) =>
    {
        await writer.StartAttemptAsync(new(trial.Key, 1), new("some-node"), 0);
        await writer.RecordEventsAsync(new(trial.Key, 1), [Sample.Started(1)]);
        await writer.CommitResultAsync(new(trial.Key, 1), new TrialResult
        {
            Trial = trial.Key,
            Spec = trial.Spec,
            Constraint = ConstraintOutcome.Reached,
            BestEpoch = 1,
            Epochs =
            [
                .. Enumerable.Range(1, trial.Spec.Epochs).Select(epoch => Sample.Epoch(epoch, correct) with
                {
                    Total = 10_000, Layers = layers, Ones = layers.Sum(static layer => layer.Ones), Weights =
                        layers.Sum(static layer => layer.Weights),
                }),
            ],
        });
    };

    /// <summary>Adds a row that quotes a published one, and shows a network's operations if one is given.</summary>
    public SampleSweep Quote(PublishedRow published, TrialSpec? network = null)
    {
        _rows.Add(new TableRowSpec
        {
            Label = published.Name,
            Where = new Dictionary<string, string>(),
            Published = published,
            IsQuote = true,
            Network = network,
        });
        return this;
    }

    private static int Allowed(TrialSpec trial) => (int)(100 - (trial.Sparsity ?? 0));

    private static string HyperparameterOf(string parameter, TrialSpec trial) =>
        Hyperparameters.Get(parameter).Format(Hyperparameters.Get(parameter).Get(trial));
}
