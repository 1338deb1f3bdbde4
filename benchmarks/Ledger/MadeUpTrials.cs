using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Benchmarks.Ledger;

/// <summary>Made-up trials and events with the sizes of real ones.</summary>
internal static class MadeUpTrials
{
    // The binary layers of ResNet-18 at the paper's width: input channels, output channels, side of the output in
    // pixels.
    private static readonly (int In, int Out, int Side)[] ResNet18 =
    [
        (64, 64, 32), (64, 64, 32), (64, 64, 32), (64, 64, 32), (64, 128, 16), (128, 128, 16), (128, 128, 16),
            (128, 128, 16),
        (128, 256, 8), (256, 256, 8), (256, 256, 8), (256, 256, 8), (256, 512, 4), (512, 512, 4), (512, 512, 4),
        (512, 512, 4),
    ];

    // The shares of 3×3 kernels with 0, 1, … 9 weights of 1 at a sparsity of 95 %: the binomial distribution B(9,
    // 0.05).
    private static readonly double[] Kernels = [0.6302, 0.2985, 0.0629, 0.0077, 0.0006, 0.00003, 0, 0, 0, 0];

    /// <summary>A sweep of trials that differ in their seeds.</summary>
    public static SweepSubmission Sweep(int trials, int epochs)
    {
        var specs = Enumerable.Range(1, trials)
            .Select(seed => new TrialSpec { Sparsity = 95, Epochs = epochs, DataDigest = "none", Seed = seed });
        var table = new TableSpec { Title = "Load", Columns = [TableColumn.Top1], Rows = [] };
        return new SweepSubmission("load", "", table, new RunSpec(),
            [.. specs.Select(static spec => new KeyedTrial(TrialKey.Of(spec), spec))]);
    }

    /// <summary>An epoch with the counts of the given number of ResNet-18's sixteen binary layers.</summary>
    public static EpochRecord Epoch(int epoch, int layers)
    {
        LayerRecord[] records =
            [.. ResNet18.Take(layers).Select((shape, i) => Layer(i + 1, shape.In * shape.Out, shape.Side, epoch))];
        var (ones, weights) = (records.Sum(static layer => layer.Ones), records.Sum(static layer => layer.Weights));
        return new EpochRecord
        {
            Epoch = epoch,
            LearningRate = 0.001 / (1 + epoch),
            TrainLoss = 2.3 / (1 + epoch),
            Penalty = 0.1 / 3,
            Lambda = 0.7 / 3,
            TestLoss = 1 / 3.0,
            Correct = 9000 + (epoch % 100),
            Total = 10_000,
            Ones = ones,
            Weights = weights,
            Entropy = 0.2864,
            K0 = 0.6302,
            K1 = 0.2985,
            BopsPr = -0.9 / 1.1,
            BParamsPr = -0.6 / 1.1,
            Layers = records,
        };
    }

    /// <summary>The event that reports an epoch.</summary>
    public static EpochCompleted EpochEvent(long sequence, EpochRecord epoch) =>
        new()
        {
            Sequence = sequence,
            At = DateTimeOffset.UnixEpoch,
            Epoch = epoch,
            Seconds = 31.7 / 3,
            ImagesPerSecond = 4700.0 / 3
        };

    // The counts must agree with each other, because the ledger refuses contradictory ones.
    private static LayerRecord Layer(int order, int kernels, int side, int epoch)
    {
        long[] hamming = [.. Kernels.Select(share => (long)(share * kernels))];
        hamming[0] += kernels - hamming.Sum();
        return new LayerRecord
        {
            Order = order,
            Weights = 9L * kernels,
            Ones = hamming.Select(static (count, ones) => ones * count).Sum(),
            Hamming = hamming,
            EmptyFilters = 0,
            DenseBops = 9L * kernels * side * side,
            Tau = 0.1 / (order + epoch),
            Phi = -0.01 / (order + epoch),
        };
    }
}
