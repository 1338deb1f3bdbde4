using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Made-up results and events in a valid form.</summary>
internal static class Results
{
    public static TrialResult Of(TrialKey key, TrialSpec spec, int correct) => new()
    {
        Trial = key,
        Spec = spec,
        Constraint = spec.Sparsity is null ? ConstraintOutcome.Unconstrained : ConstraintOutcome.Reached,
        BestEpoch = spec.Epochs,
        Epochs = [.. Enumerable.Range(1, spec.Epochs).Select(epoch => Epoch(epoch, correct - (spec.Epochs - epoch)))],
    };

    public static IEnumerable<TrainerEvent> Events(TrialResult result)
    {
        var sequence = 0L;
        yield return new TrialStarted
        {
            Sequence = ++sequence,
            At = DateTimeOffset.UnixEpoch,
            DeviceClass = "fake",
            StepsPerEpoch = 1
        };
        foreach (var epoch in result.Epochs)
        {
            yield return new EpochCompleted
            {
                Sequence = ++sequence,
                At = DateTimeOffset.UnixEpoch,
                Epoch = epoch,
                Seconds = 1,
                ImagesPerSecond = 100
            };
            yield return new CheckpointWritten
            {
                Sequence = ++sequence,
                At = DateTimeOffset.UnixEpoch,
                Epoch = epoch.Epoch,
                Step = 0
            };
        }

        yield return new TrialCompleted { Sequence = ++sequence, At = DateTimeOffset.UnixEpoch };
    }

    private static EpochRecord Epoch(int epoch, int correct) => new()
    {
        Epoch = epoch,
        LearningRate = 0.001,
        TrainLoss = 1,
        Penalty = 0,
        Lambda = 0,
        TestLoss = 1,
        Correct = correct,
        Total = 100,
        Ones = 5,
        Weights = 90,
        Entropy = 0.3,
        K0 = 0.6,
        K1 = 0.3,
        BopsPr = -0.9,
        BParamsPr = -0.5,
        Layers =
        [
            new LayerRecord
            {
                Order = 1, Weights = 90, Ones = 5, Hamming = [6, 3, 1, 0, 0, 0, 0, 0, 0, 0], EmptyFilters =
                    0, DenseBops = 900, Tau = 1, Phi = 0,
            },
        ],
    };
}
