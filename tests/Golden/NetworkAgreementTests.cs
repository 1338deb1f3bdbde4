using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// Compares whole networks in float32 with float64, at widths for which libtorch's own operations may be wrong. Norms
/// are compared, because rounding may move single values across a threshold.
/// </summary>
public sealed class NetworkAgreementTests
{
    private const int ImageSize = 32;

    public static MatrixTheoryData<MethodKind, RecipeKind, int> Cases =>
        new(Enum.GetValues<MethodKind>(), Enum.GetValues<RecipeKind>(), [1, 2, 3, 8]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void TrainingPass_AgreesWithFloat64_InFloat32(MethodKind method, RecipeKind recipe, int width)
    {
        using var scope = NewDisposeScope();
        for (var size = 64; size <= 1 << 20; size *= 2) full([size], float.NaN, float32).Dispose();
        foreach (var model in Enum.GetValues<ModelKind>().Where(model => method.IsFor(model)))
        {
            if (model.HasHalfStem() && width % 2 != 0) continue;
            var trial = new TrialSpec
            {
                Model = model,
                Method = method,
                Recipe = recipe,
                Width = width,
                ImageSize = ImageSize,
            };
            var (single, singleLoss) = Run(trial, float32);
            var (exact, exactLoss) = Run(trial, float64);
            Assert.True(Math.Abs(singleLoss - exactLoss) < 2e-3 * exactLoss,
                FormattableString.Invariant($"{model}: the loss is {singleLoss} instead of {exactLoss}"));
            foreach (var ((name, reference), (_, found)) in exact.Zip(single))
            {
                var (norm, off) =
                    (reference.norm().item<double>(), (found.to(float64) - reference).norm().item<double>());
                Assert.True(off <= 0.05 * norm + 1e-4,
                    FormattableString.Invariant(
                        $"{model}: gradient of {name}: the error is {off:E1}, the norm {norm:E1}"));
            }
        }
    }

    /// <summary>
    /// Changes the normalisations before XNOR-Net's sgn. Their inputs are multiples of a few numbers, so that without a
    /// bias some outputs are 0 but for rounding, which then decides their signs.
    /// </summary>
    internal static void AvoidTies(Network network)
    {
        using var _ = no_grad();
        foreach (var layer in network.modules().OfType<XnorLayer>())
            layer.named_parameters().Single(static p => p.name == "bn.bias").parameter.fill_(0.1);
    }

    private static (List<(string Name, Tensor Gradient)> Gradients, double Loss) Run(TrialSpec trial, ScalarType type)
    {
        var network = Networks.Create(trial, 10);
        var random = new Random(1);
        network.Initialise((_, values) =>
        {
            for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        });
        AvoidTies(network);
        network.to(type);
        network.SetEpoch(1, 3);
        network.train();
        var images = ConvolutionAgreementTests.Noise(1, 4, 3, ImageSize, ImageSize).to(type);
        var loss = nn.functional.nll_loss(network.forward(images), tensor(new long[] { 1, 2, 3, 4 }));
        loss.backward();
        // The gradients of tau, phi and one-channel shortcuts are not compared: batch normalisation removes the scale
        // that they set, so their gradients are small differences of large numbers.
        var gradients = network.named_parameters().Where(p => !p.name.EndsWith(".tau", StringComparison.Ordinal)
            && !p.name.EndsWith(".phi", StringComparison.Ordinal)
            && !(p.name.EndsWith("shortcut.conv.weight", StringComparison.Ordinal) && p.parameter.shape[1] == 1));
        return (gradients.Select(p => (p.name, p.parameter.grad!)).ToList(), loss.to(float64).item<double>());
    }
}
