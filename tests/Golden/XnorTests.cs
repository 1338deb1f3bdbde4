using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Models;
using Sbnn.Sweeps.Trainer.Running;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>Tests XNOR-Net's layer and the changes of its weights in a training step.</summary>
public sealed class XnorTests
{
    private const string Kind = "xnor_block";

    public static TheoryData<string, Precision> Cases => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layer_MatchesTheVectors_InTrainingAndEvaluation(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var parameters = GoldenModule.Members(golden.In.GetProperty("params"));
        var shape = parameters["conv.weight"].GetProperty("shape");
        var sizes = new BinaryLayerShape(shape[1].GetInt32(), shape[0].GetInt32(), shape[2].GetInt32(),
            golden.In.GetProperty("stride").GetInt32(), 1, 1);
        Assert.Equal(golden.In.GetProperty("padding").GetInt32(), sizes.Padding);
        using var layer = new XnorLayer(sizes, atZero: 0);
        var conv = layer.BinaryLayer;
        GoldenModule.AssertOutputAndGradients(golden, layer, name => name, parameters, precision, conv.OnStepStarted);
        golden.AssertTensor("w_real", conv.Weight, precision);
        golden.AssertTensor("alpha", conv.TauPhi().Tau.flatten(), precision);
        golden.AssertTensor("w_binary", conv.EffectiveWeights(), precision);
        GoldenModule.AssertEvaluation(golden, layer, name => name, precision);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void SignOfZero_IsAsGiven_ForWeightsAndActivations(float atZero)
    {
        using var scope = NewDisposeScope();
        using var layer = new XnorLayer(new BinaryLayerShape(2, 1, 1, 1, 1, 1), atZero);
        using (no_grad()) layer.BinaryLayer.Weight.copy_(tensor(new[] { 0f, 4f }).reshape(1, 2, 1, 1));
        layer.eval();

        // The second channel is 1 after bn, so its sign is 1; alpha is 2.
        var y = layer.forward(tensor(new[] { 0f, 1f }).reshape(1, 2, 1, 1));

        Assert.Equal(2 * atZero, layer.BinaryLayer.EffectiveWeights()[0, 0, 0, 0].item<float>());
        Assert.Equal(2 + (2 * atZero * atZero), y.item<float>());
    }

    [Fact]
    public void Step_CentresAndClampsTheWeightsOnce_BeforeTheForwardPass()
    {
        using var scope = NewDisposeScope();
        var trial = new TrialSpec
        {
            Model = ModelKind.XnorResNet18,
            Method = MethodKind.XnorNet,
            Width = 3,
            ImageSize = 32,
        };
        using var network = Networks.Create(trial, 4);
        var random = new Random(1);
        network.Initialise((_, values) =>
        {
            for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
        });
        using (no_grad())
        {
            foreach (var layer in network.BinaryLayers) layer.Weight.mul_(30f).add_(5f);
        }

        var expected = network.BinaryLayers.Select(static layer =>
            (layer.Weight - layer.Weight.mean([1], keepdim: true)).clamp(-1, 1).detach().clone()).ToList();
        using var step = TrainingStep.Of(trial, network);
        network.train();

        step.Run(ConvolutionAgreementTests.Noise(1, 4, 3, 32, 32).to(float32), tensor(new long[] { 0, 1, 2, 3 }), null,
            learningRate: 0);

        Assert.All(expected.Zip(network.BinaryLayers), static pair =>
        {
            Assert.True(pair.First.equal(pair.Second.Weight).all().item<bool>());
            Assert.Equal(1, pair.First.abs().max().item<float>());
        });
        Assert.Equal(double.PositiveInfinity, network.WeightBound);
    }
}
