using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Trainer.Models;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>Computes an epoch's metrics at its end.</summary>
internal static class EpochSummary
{
    /// <summary>Computes the metrics of the epoch whose last step <paramref name="state"/> contains.</summary>
    public static EpochRecord Of(
        TrainingState state, double learningRate, MeasuredAccuracy test, MeasuredAccuracy? validation, Network network)
    {
        var layers = LayerCounts.Of(network);
        var kernels = new KernelStatistics(layers, network.PatternBits);
        return new EpochRecord
        {
            Epoch = state.History.Count + 1,
            LearningRate = learningRate,
            TrainLoss = state.Sums.Loss / state.Sums.Images,
            Penalty = state.Sums.Penalty / state.Sums.Images,
            Lambda = state.Sums.Lambda,
            TestLoss = test.Loss,
            Correct = test.Correct,
            Total = test.Total,
            Validation = validation,
            Ones = kernels.Ones,
            Weights = kernels.Weights,
            Entropy = kernels.Entropy,
            K0 = kernels.K0,
            K1 = kernels.K1,
            BopsPr = kernels.BopsPr,
            BParamsPr = kernels.BParamsPr,
            Layers = layers,
        };
    }
}
