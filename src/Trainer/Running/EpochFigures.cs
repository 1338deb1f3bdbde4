using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Trainer.Models;

namespace Sbnn.Sweeps.Trainer.Running;

internal static class EpochFigures
{
    public static EpochRecord Of(TrainingState state, double learningRate, double testLoss, int correct, int total, BinaryNetwork network)
    {
        var layers = network.BinaryLayers.Select((l, i) => new LayerRecord
        {
            Order = i + 1, Weights = l.Shape.Weights, Ones = l.Weight.gt(0).sum().item<long>(), Hamming = [], EmptyFilters = 0, DenseBops = 0, Tau = 0, Phi = 0,
        }).ToList();
        return new EpochRecord
        {
            Epoch = state.History.Count + 1, LearningRate = learningRate, TrainLoss = state.Sums.Loss / state.Sums.Images,
            Penalty = state.Sums.Penalty / state.Sums.Images, Lambda = state.Sums.Lambda, TestLoss = testLoss, Correct = correct, Total = total,
            Ones = layers.Sum(l => l.Ones), Weights = layers.Sum(l => l.Weights), Entropy = 0, K0 = 0, K1 = 0, BopsPr = 0, BParamsPr = 0, Layers = layers,
        };
    }
}
