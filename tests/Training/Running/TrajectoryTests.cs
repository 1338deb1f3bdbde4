using System.Globalization;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// Tests that the numbers of trials do not change. An intended change must raise the recipe's version.
/// </summary>
public sealed class TrajectoryTests(PreparedSynthetic data) : IDisposable
{
    private const string PinnedOn = "cpu avx512_bf16 amd-epyc-26.2 t1 libtorch-2.10.0.0 torchsharp-0.107.0";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Trains one step on 20 images. Its loss depends only on the initial weights, so it is the same on every CPU
    /// except for the rounding of sums.
    /// </summary>
    [Theory]
    [InlineData(DomainKind.Symmetric, PrecisionKind.Float32, 2.430328369140625, 1.041569301060268)]
    [InlineData(DomainKind.ClosedForm, PrecisionKind.Float32, 2.38523268699646, 1.02224258014134)]
    [InlineData(DomainKind.Learned, PrecisionKind.Float32, 2.4614245891571045, 1.054896252495902)]
    [InlineData(DomainKind.Symmetric, PrecisionKind.BFloat16, 2.629922866821289, 1.127109800066267)]
    [InlineData(DomainKind.ClosedForm, PrecisionKind.BFloat16, 2.440260887145996, 1.0458260944911413)]
    [InlineData(DomainKind.Learned, PrecisionKind.BFloat16, 2.368319511413574, 1.0149940763201033)]
    public async Task FirstLoss_IsUnchanged_ForATinyTrialOfRecipeVersion1(
        DomainKind domain, PrecisionKind precision, double trainLoss, double penalty)
    {
        var epoch = await TrainOneEpochAsync(
            Trials.Tiny(data) with { TrainImages = 20, BatchSize = 20, Domain = domain, Precision = precision });
        AssertLosses([trainLoss, penalty], [epoch.TrainLoss, epoch.Penalty], 1e-3);
    }

    [Theory]
    [InlineData(ModelKind.ResNet18, MethodKind.IrNet, RecipeKind.Authors, PenaltyScope.Global, 2.4579954147338867, 0)]
    [InlineData(ModelKind.ResNet18, MethodKind.FullPrecision, RecipeKind.Authors, PenaltyScope.Global,
        2.420210838317871, 0)]
    [InlineData(ModelKind.ResNet18, MethodKind.Sbnn, RecipeKind.Corrected, PenaltyScope.PerLayer, 2.430328369140625,
        1.041569301060268)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Sbnn, RecipeKind.Authors, PenaltyScope.Global, 7.8960113525390625,
        3.384004865373884)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Sbnn, RecipeKind.Corrected, PenaltyScope.PerLayer, 3.2003324031829834,
        1.3715710299355641)]
    [InlineData(ModelKind.ReActNet18, MethodKind.ReActNet, RecipeKind.Authors, PenaltyScope.Global,
        7.914114952087402, 0)]
    [InlineData(
        ModelKind.ReActNet18, MethodKind.Subbit067, RecipeKind.Authors, PenaltyScope.Global, 8.109893798828125, 0)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Subbit056, RecipeKind.Authors, PenaltyScope.Global,
        8.21293830871582, 0)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Subbit044, RecipeKind.Authors, PenaltyScope.Global,
        7.90769624710083, 0)]
    public async Task FirstLosses_AreUnchanged_ForOtherModelsAndMethods(
        ModelKind model, MethodKind method, RecipeKind recipe, PenaltyScope scope, double trainLoss, double penalty)
    {
        var epoch = await TrainOneEpochAsync(
            Of(model, method, recipe, scope) with { TrainImages = 20, BatchSize = 20 });
        AssertLosses([trainLoss, penalty], [epoch.TrainLoss, epoch.Penalty], 1e-3);
    }

    /// <summary>
    /// Trains three steps and evaluates the network. At φ = 0 the gradient of τ is rounding noise, because batch
    /// normalisation removes the scale, and Adam's first step turns the noise into a full step. Therefore the expected
    /// losses hold only on one device class.
    /// </summary>
    [Theory]
    [InlineData(DomainKind.Symmetric, PrecisionKind.Float32, 2.4449015140533445, 1.0478149345942906, 2.299485516548157)]
    [InlineData(DomainKind.ClosedForm, PrecisionKind.Float32, 2.432634401321411, 1.0425576005663193,
        2.3240776658058167)]
    [InlineData(DomainKind.Learned, PrecisionKind.Float32, 2.466636323928833, 1.057129853112357, 2.395159512758255)]
    [InlineData(DomainKind.Symmetric, PrecisionKind.BFloat16, 2.5777487754821777, 1.1047494752066478,
        2.300530695915222)]
    [InlineData(DomainKind.ClosedForm, PrecisionKind.BFloat16, 2.300599765777588, 0.9859713281903947,
        2.2738543450832367)]
    [InlineData(DomainKind.Learned, PrecisionKind.BFloat16, 2.409510612487793, 1.0326474053519115, 2.2681296527385713)]
    public async Task Losses_AreUnchanged_ForATinyTrialOfRecipeVersion1(
        DomainKind domain, PrecisionKind precision, double trainLoss, double penalty, double testLoss) =>
        await CheckWholeEpochAsync(Trials.Tiny(data) with { Domain = domain, Precision = precision }, trainLoss,
            penalty, testLoss);

    [Theory]
    [InlineData(ModelKind.ResNet18, MethodKind.IrNet, RecipeKind.Authors, PenaltyScope.Global, 2.4695370197296143, 0,
        2.3098848700523376)]
    [InlineData(ModelKind.ResNet18, MethodKind.FullPrecision, RecipeKind.Authors, PenaltyScope.Global,
        2.4406744956970217, 0, 2.31574090719223)]
    [InlineData(ModelKind.ResNet18, MethodKind.Sbnn, RecipeKind.Corrected, PenaltyScope.PerLayer, 2.4449016094207763,
        1.047814975466047, 2.314849632978439)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Sbnn, RecipeKind.Authors, PenaltyScope.Global, 7.476153373718262,
        1.4087072099958147, 6.7415242195129395)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Sbnn, RecipeKind.Corrected, PenaltyScope.PerLayer, 2.9435468196868895,
        1.2615200655800956, 2.32337965965271)]
    [InlineData(ModelKind.ReActNet18, MethodKind.ReActNet, RecipeKind.Authors, PenaltyScope.Global, 7.713031387329101,
        0, 6.83343288898468)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Subbit067, RecipeKind.Authors, PenaltyScope.Global, 7.410036945343018,
        0, 6.821950840950012)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Subbit056, RecipeKind.Authors, PenaltyScope.Global, 7.441414070129395,
        0, 6.813897919654846)]
    [InlineData(ModelKind.ReActNet18, MethodKind.Subbit044, RecipeKind.Authors, PenaltyScope.Global, 7.311110973358154,
        0, 6.792200517654419)]
    public async Task Losses_AreUnchanged_ForOtherModelsAndMethods(
        ModelKind model, MethodKind method, RecipeKind recipe, PenaltyScope scope, double trainLoss, double penalty,
        double testLoss) =>
        await CheckWholeEpochAsync(Of(model, method, recipe, scope), trainLoss, penalty, testLoss);

    [Fact]
    public async Task Training_ReducesTheLoss_AndDependsOnTheSeed()
    {
        var spec = Trials.Tiny(data) with
        {
            Width = 4,
            TrainImages = 80,
            Epochs = 6,
            LearningRate = 1e-2,
            Mixup = 0,
            Sparsity = null
        };
        await Trials.TrainAsync(_folder.In("1"), Trials.Assign(_folder.In("1"), data.DataRoot, spec));
        await Trials.TrainAsync(_folder.In("2"), Trials.Assign(_folder.In("2"), data.DataRoot, spec with { Seed = 8 }));
        var (first, second) = (Trials.Result(_folder.In("1")), Trials.Result(_folder.In("2")));
        Assert.True(first.Last.TrainLoss < first.Epochs[0].TrainLoss);
        Assert.NotEqual(first.Epochs[0].TrainLoss, second.Epochs[0].TrainLoss);
    }

    // The domain is not learned, because a learned τ would depend on rounding noise.
    private TrialSpec Of(ModelKind model, MethodKind method, RecipeKind recipe, PenaltyScope scope)
    {
        var spec = Trials.Tiny(data, model, method) with { Recipe = recipe, Penalty = scope };
        return method.HasDomain() ? spec with { Domain = DomainKind.Symmetric } : spec;
    }

    private async Task CheckWholeEpochAsync(TrialSpec spec, double trainLoss, double penalty, double testLoss)
    {
        var epoch = await TrainOneEpochAsync(spec);
        var deviceClass = Trials.Events(_folder.Path).OfType<TrialStarted>().First().DeviceClass;
        Assert.SkipUnless(deviceClass == PinnedOn,
            $"the expected losses hold for '{PinnedOn}', but this device class is '{deviceClass}'");
        AssertLosses([trainLoss, penalty, testLoss], [epoch.TrainLoss, epoch.Penalty, epoch.TestLoss], 1e-9);
    }

    private async Task<EpochRecord> TrainOneEpochAsync(TrialSpec spec)
    {
        Assert.Equal(PinnedVersionOf(spec), RecipeVersion.Of(spec));
        await Trials.TrainAsync(_folder.Path, Trials.Assign(_folder.Path, data.DataRoot, spec with { Epochs = 1 }));
        return Assert.Single(Trials.Result(_folder.Path).Epochs);
    }

    // The recipe version of the pinned numbers.
    private static int PinnedVersionOf(TrialSpec spec) => (spec.Model, spec.Method, spec.Recipe) switch
    {
        (ModelKind.ReActNet18, MethodKind.Sbnn or MethodKind.ReActNet, RecipeKind.Corrected) => 3,
        (ModelKind.ReActNet18, _, _) => 2,
        _ => 1,
    };

    private static void AssertLosses(double[] expected, double[] actual, double tolerance) => Assert.True(
        expected.Zip(actual).All(pair => Math.Abs(pair.Second - pair.First) <= tolerance * Math.Abs(pair.First)),
        $"the losses are {Text(actual)} instead of {Text(expected)}: the numbers of this model and method have "
            + "changed. "
            + "Find out why. If the change is intended, raise RecipeVersion and pin the new numbers, so that old "
            + "results are never mixed with new ones.");

    private static string Text(double[] numbers) =>
        string.Join(", ", numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
}
