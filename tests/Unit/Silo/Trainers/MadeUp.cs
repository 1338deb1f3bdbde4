using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trainers;

/// <summary>Results with made-up values in a valid form.</summary>
internal static class MadeUp
{
    public static EpochRecord Epoch(int epoch) => new()
    {
        Epoch = epoch,
        LearningRate = 1,
        TrainLoss = 1,
        Penalty = 0,
        Lambda = 0,
        TestLoss = 1,
        Correct = 7,
        Total = 10,
        Ones = 0,
        Weights = 0,
        Entropy = 0,
        K0 = 0,
        K1 = 0,
        BopsPr = 0,
        BParamsPr = 0,
        Layers = [],
    };
}
