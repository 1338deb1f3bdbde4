using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Ledger;

/// <summary>Sample trials, events and results, in which every member is set.</summary>
internal static class Sample
{
    public static TrialSpec Spec(int seed = 1) =>
        new() { Epochs = 3, Width = 8, DataDigest = new string('d', 64), Seed = seed };

    public static KeyedTrial Trial(int seed = 1) => Keyed(Spec(seed));

    public static KeyedTrial Keyed(TrialSpec spec) => new(TrialKey.Of(spec), spec);

    public static SweepSubmission Submission(string name, params KeyedTrial[] trials) =>
        new(name, $"name: {name}\n", new TableSpec { Title = name, Rows = [], Columns = [TableColumn.Top1] },
            new RunSpec(), trials);

    public static TrialStarted Started(long sequence, int? resumedAt = null) =>
        new()
        {
            Sequence = sequence,
            At = default,
            DeviceClass = "cpu: test, 1 thread",
            StepsPerEpoch = 4,
            Classes = 10,
            ResumedAtEpoch = resumedAt
        };

    /// <summary>The outcome of a resume check. Exact and inexact outcomes have different keys.</summary>
    public static ResumeChecked Checked(long sequence, bool isExact) => new()
    {
        Sequence = sequence,
        At = default,
        DeviceClass = "cpu: test, 1 thread",
        Preflight = new TrialKey(new string(isExact ? 'e' : 'f', 64)),
        Spec = Spec(),
        IsExact = isExact,
        Detail = $"exact: {isExact}",
    };

    public static EpochCompleted Trained(long sequence, int epoch, int correct = 50) =>
        new()
        {
            Sequence = sequence,
            At = default,
            Epoch = Epoch(epoch, correct),
            Seconds = 1.5,
            ImagesPerSecond = 400
        };

    public static CheckpointWritten Saved(long sequence, int epoch) =>
        new() { Sequence = sequence, At = default, Epoch = epoch, Step = 0 };

    public static TrialResult Result(KeyedTrial trial, params int[] correct) => new()
    {
        Trial = trial.Key,
        Spec = trial.Spec,
        Constraint = ConstraintOutcome.Unconstrained,
        BestEpoch = Array.IndexOf(correct, correct.Max()) + 1,
        Epochs = [.. correct.Select(static (count, i) => Epoch(i + 1, count))],
    };

    public static AttemptConclusion Conclusion(
        AttemptEnding ending = AttemptEnding.Crashed, TrialState next = TrialState.Waiting, bool counts =
            true, DateTimeOffset? notBefore = null) =>
        new(ending, $"it {ending}", 1, "end of stderr", next, counts, notBefore);

    // These numbers need all bits of a double, so a test fails when a bit is lost.
    public static EpochRecord Epoch(int epoch, int correct) => new()
    {
        Epoch = epoch,
        LearningRate = 0.1 / 3,
        TrainLoss = 2.0 / epoch,
        Penalty = 1e-17,
        Lambda = 1 / 7.0,
        TestLoss = Math.PI,
        Correct = correct,
        Total = 100,
        Validation = epoch % 2 == 0 ? new MeasuredAccuracy { Loss = Math.E / 7, Correct = 7, Total = 30 } : null,
        Ones = 1_234_567_890_123,
        Weights = 2_469_135_780_246,
        Entropy = Math.E / 3,
        K0 = 0.1,
        K1 = 0.2,
        BopsPr = -0.3,
        BParamsPr = 1 / 9.0,
        Layers =
        [
            new LayerRecord
            {
                Order = 1, Weights = 90, Ones = 20, Hamming = [1, 2, 3, 4, 0, 0, 0, 0, 0, 0], EmptyFilters =
                    1, DenseBops = 900, Tau = 1 / 3.0, Phi = -1e-300,
            },
            new LayerRecord { Order = 2, Weights = 2_469_135_780_156, Ones = 1_234_567_890_103, Hamming = [],
                EmptyFilters = 0, DenseBops = 100, Tau = -2, Phi = 0.1 },
        ],
    };
}
