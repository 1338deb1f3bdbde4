using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>Notices when a trial's numbers change: whoever changes them on purpose must raise the recipe's version.</summary>
public sealed class TrajectoryTests(PreparedSynthetic data) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DomainKind.Symmetric, 2.4449015140533445, 1.0478149345942906, 2.299485498666763)]
    [InlineData(DomainKind.ClosedForm, 2.432634401321411, 1.0425576005663193, 2.324077677726746)]
    [InlineData(DomainKind.Learned, 2.5617265701293945, 1.0978828157697407, 2.350972753763199)]
    public async Task The_losses_of_a_tiny_trial_are_those_of_recipe_version_1(DomainKind domain, double trainLoss, double penalty, double testLoss)
    {
        var spec = Trials.Tiny(data) with { Domain = domain, Epochs = 1 };
        Assert.Equal(1, RecipeVersion.Of(spec));
        await Trials.TrainAsync(_folder.Path, Trials.Assign(_folder.Path, data.DataRoot, spec));
        var epoch = Assert.Single(Trials.Result(_folder.Path).Epochs);
        double[] expected = [trainLoss, penalty, testLoss], actual = [epoch.TrainLoss, epoch.Penalty, epoch.TestLoss];
        Assert.True(
            expected.Zip(actual).All(static pair => Math.Abs(pair.Second - pair.First) <= 1e-4 * Math.Abs(pair.First)),
            FormattableString.Invariant($"train loss, penalty and test loss are {actual[0]:R}, {actual[1]:R}, {actual[2]:R} and were {trainLoss:R}, {penalty:R}, {testLoss:R}: the numbers of {spec.Model} with {domain} have changed. Find out why; if it is meant, raise RecipeVersion for the model and pin the new numbers, so that old results are never mixed with new ones."));
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
