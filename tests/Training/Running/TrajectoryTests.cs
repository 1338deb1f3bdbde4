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
        await CheckAsync(spec, trainLoss, penalty, testLoss);
    }

    /// <summary>
    /// Not with a learned domain: at φ = 0 the gradient of τ is rounding noise, and Adam makes a full step of it (RECIPE, "Consequence of
    /// BatchNorm"), so that another processor gives other losses.
    /// </summary>
    [Theory]
    [InlineData(ModelKind.ResNet18, MethodKind.IrNet, RecipeKind.Authors, PenaltyScope.Global, 2.4695370197296143, 0, 2.3098848700523376)]
    [InlineData(ModelKind.ResNet18, MethodKind.FullPrecision, RecipeKind.Authors, PenaltyScope.Global, 2.4406744956970217, 0, 2.31574090719223)]
    [InlineData(ModelKind.ResNet18, MethodKind.Sbnn, RecipeKind.Corrected, PenaltyScope.PerLayer, 2.4449016094207763, 1.047814975466047, 2.314849632978439)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Sbnn, RecipeKind.Authors, PenaltyScope.Global, 7.476153373718262, 1.4087072099958147, 6.741534423828125)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Sbnn, RecipeKind.Corrected, PenaltyScope.PerLayer, 2.943546724319458, 1.2615200247083393, 2.3233797430992125)]
    [InlineData(ModelKind.ReActNet18, MethodKind.ReActNet, RecipeKind.Authors, PenaltyScope.Global, 7.645958995819091, 0, 6.834207487106323)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Subbit067, RecipeKind.Authors, PenaltyScope.Global, 7.397200870513916, 0, 6.795825982093811)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Subbit056, RecipeKind.Authors, PenaltyScope.Global, 7.414284896850586, 0, 6.8039119958877565)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Subbit044, RecipeKind.Authors, PenaltyScope.Global, 7.302781772613526, 0, 6.814334750175476)]
    public async Task The_losses_of_other_models_and_methods_are_those_of_version_1(
        ModelKind model, MethodKind method, RecipeKind recipe, PenaltyScope scope, double trainLoss, double penalty, double testLoss)
    {
        var spec = Trials.Tiny(data, model, method) with { Recipe = recipe, Penalty = scope, Epochs = 1 };
        if (method.HasDomain()) spec = spec with { Domain = DomainKind.Symmetric };
        Assert.Equal(1, RecipeVersion.Of(spec));
        await CheckAsync(spec, trainLoss, penalty, testLoss);
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

    private async Task CheckAsync(TrialSpec spec, double trainLoss, double penalty, double testLoss)
    {
        await Trials.TrainAsync(_folder.Path, Trials.Assign(_folder.Path, data.DataRoot, spec));
        var epoch = Assert.Single(Trials.Result(_folder.Path).Epochs);
        double[] expected = [trainLoss, penalty, testLoss], actual = [epoch.TrainLoss, epoch.Penalty, epoch.TestLoss];
        Assert.True(
            expected.Zip(actual).All(static pair => Math.Abs(pair.Second - pair.First) <= 1e-4 * Math.Abs(pair.First)),
            FormattableString.Invariant($"train loss, penalty and test loss are {actual[0]:R}, {actual[1]:R}, {actual[2]:R} and were {trainLoss:R}, {penalty:R}, {testLoss:R}: the numbers of {spec.Model} with {spec.Method} ({spec.Domain}, {spec.Recipe}, {spec.Penalty}) have changed. Find out why; if it is meant, raise RecipeVersion for the model and method, and pin the new numbers, so that old results are never mixed with new ones."));
    }
}
