using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Imaging;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using Sbnn.Sweeps.Trainer.Randomness;
using Sbnn.Sweeps.Trainer.Running;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Scalars;

/// <summary>
/// The losses of a few real training steps of small networks on noise. Every call must return the same losses.
/// </summary>
internal static class TrainedLosses
{
    private const int Steps = 3;
    private const int Batch = 4;
    private const int Classes = 10;
    private const double LearningRate = 1e-3;

    /// <summary>Trials of several methods and domains, which together use every operation with a scalar.</summary>
    private static readonly TrialSpec[] Trials =
    [
        Small with { Domain = DomainKind.ClosedForm, Penalty = PenaltyScope.PerLayer, Recipe = RecipeKind.Corrected },
        Small with { Domain = DomainKind.Learned },
        Small with { Method = MethodKind.IrNet, Sparsity = null },
        Small with { Method = MethodKind.FullPrecision, Sparsity = null },
        Small with { Model = ModelKind.ReActNet18, Domain = DomainKind.ClosedForm, Recipe = RecipeKind.Corrected },
        Small with { Model = ModelKind.ReActNet18, Method = MethodKind.Subbit044, Sparsity = null },
    ];

    /// <summary>A piece of work for each trial: three training steps.</summary>
    public static IReadOnlyList<(string Name, Func<double[]> Work)> Pieces { get; } =
        [.. Trials.Select(static trial => ($"{trial.Model}, {trial.Method}", (Func<double[]>)(() => Of(trial))))];

    private static TrialSpec Small => new() { Width = 2, Sparsity = 90, Gamma = 0.3, Seed = 7 };

    /// <summary>Trains three steps, and returns the loss and the penalty of each one.</summary>
    private static double[] Of(TrialSpec trial)
    {
        using var everything = NewDisposeScope();
        using var network = Networks.Create(trial, Classes);
        network.Initialise((name, values) =>
            CounterRandom.Named(trial.Seed, RandomPurpose.InitialWeights, name).Fill(values));
        network.SetEpoch(100, 300);
        network.train();
        using var step = TrainingStep.Of(trial, network);
        var normalisation = Normalisation.Of(DatasetKind.Synthetic, CPU);
        var noise = new Random(trial.Seed);
        var bytes = new byte[Batch * 3 * 32 * 32];
        noise.NextBytes(bytes);
        var pixels = tensor(bytes).view(Batch, 3, 32, 32);
        var labels = tensor([1L, 2, 3, 4]);
        var losses = new double[2 * Steps];
        for (var i = 0; i < Steps; i++)
        {
            using var scope = NewDisposeScope();
            var augmentation = Augmentation.Draw(trial.Seed, 0, i, Batch, padding: 4, flips: true, rotation: 15);
            var images = normalisation.Apply(augmentation.Apply(pixels));
            var mixing = new Mixing(noise.NextDouble(), tensor([1L, 2, 3, 0]));
            var metrics = step.Run(images, labels, mixing, LearningRate).Read();
            (losses[2 * i], losses[(2 * i) + 1]) = (metrics.Loss, metrics.Penalty);
        }

        return losses;
    }
}
