using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>Notices when a trial's numbers change: whoever changes them on purpose must raise the recipe's version.</summary>
public sealed class TrajectoryTests(PreparedSynthetic data) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DomainKind.Symmetric, 0, 0, 0)]
    [InlineData(DomainKind.ClosedForm, 0, 0, 0)]
    [InlineData(DomainKind.Learned, 0, 0, 0)]
    public async Task The_losses_of_a_tiny_trial_are_those_of_recipe_version_1(DomainKind domain, double trainLoss, double penalty, double testLoss)
    {
        var spec = Trials.Tiny(data) with { Domain = domain, Epochs = 1 };
        Assert.Equal(1, RecipeVersion.Of(spec));
        await Trials.TrainAsync(_folder.Path, Trials.Assign(_folder.Path, data.DataRoot, spec));
        var epoch = Assert.Single(Trials.Result(_folder.Path).Epochs);
        foreach (var (name, expected, actual) in new[]
        {
            ("train loss", trainLoss, epoch.TrainLoss), ("penalty", penalty, epoch.Penalty), ("test loss", testLoss, epoch.TestLoss),
        })
        {
            Assert.True(
                Math.Abs(actual - expected) <= 1e-4 * Math.Abs(expected),
                FormattableString.Invariant($"{name} is {actual:R} and was {expected:R}: the numbers of {spec.Model} with {domain} have changed. Find out why; if it is meant, raise RecipeVersion for the model and pin the new numbers, so that old results are never mixed with new ones."));
        }
    }

    [Fact]
    public async Task Training_moves_the_loss_down_and_other_seeds_go_other_ways()
    {
        var spec = Trials.Tiny(data) with { Width = 4, TrainImages = 80, Epochs = 6, LearningRate = 1e-2, Mixup = 0, Sparsity = null };
        await Trials.TrainAsync(_folder.In("1"), Trials.Assign(_folder.In("1"), data.DataRoot, spec));
        await Trials.TrainAsync(_folder.In("2"), Trials.Assign(_folder.In("2"), data.DataRoot, spec with { Seed = 8 }));
        var (first, second) = (Trials.Result(_folder.In("1")), Trials.Result(_folder.In("2")));
        Assert.True(first.Last.TrainLoss < first.Epochs[0].TrainLoss);
        Assert.NotEqual(first.Epochs[0].TrainLoss, second.Epochs[0].TrainLoss);
    }
}
