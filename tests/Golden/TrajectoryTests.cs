using System.Text.Json;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using Sbnn.Sweeps.Trainer.Running;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public class TrajectoryTests
{
    private const string Kind = "trajectory";

    public static TheoryData<string, Precision> Cases => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_MatchesTheVectors_AtEveryStep(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        using var network = Load(golden, precision);
        using var step = new TrainingStep(
            network, new PenaltySettings(GoldenCase.Number(golden.In.GetProperty("EC")),
                GoldenCase.Number(golden.In.GetProperty("gamma"))));
        var inputs = golden.In.GetProperty("steps").EnumerateArray().ToList();
        var outputs = golden.Out.GetProperty("steps").EnumerateArray().ToList();
        for (var i = 0; i < inputs.Count; i++) Advance(golden, network, step, inputs[i], outputs[i], precision);

        Assert.Equal(golden.Out.GetProperty("U_final").GetInt64(), LayerCounts.Of(network).Sum(layer => layer.Ones));
        AssertOnes(golden.Out.GetProperty("U_final_per_layer"), network);
        var state = network.state_dict();
        foreach (var entry in golden.Out.GetProperty("final").EnumerateObject())
            AssertValue(golden, entry.Name, entry.Value, state[OurName(entry.Name)], precision);
        if (golden.Tolerance("running_stats", precision) is null) return;

        network.eval();
        using var _ = no_grad();
        var evaluated = network.forward(GoldenCase.Tensor(inputs[0].GetProperty("x"), precision.ScalarType()));
        // Our networks end in log-softmax. The case's network may end in logits, so log-softmax is applied to both; to
        // apply it twice makes no difference.
        var reference = GoldenCase.Tensor(golden.Out.GetProperty("eval_output_on_first_batch_unmixed"), float64);
        var tolerance = golden.Tolerance("final", precision)!.Value * Math.Max(1, reference.abs().max().item<double>());
        GoldenCase.AssertNear("eval_output", reference.log_softmax(1), evaluated, tolerance);
    }

    private static void Advance(
        GoldenCase golden, Network network, TrainingStep step, JsonElement input, JsonElement expected,
        Precision precision)
    {
        if (network is IrResNet ir)
            ir.SetSurrogate(GoldenCase.Number(input.GetProperty("t")), GoldenCase.Number(input.GetProperty("k")));
        AssertOnes(expected.GetProperty("U_per_layer"), network);
        var mixing = new Mixing(
            GoldenCase.Number(input.GetProperty("lam")), GoldenCase.Integers(input.GetProperty("index")));
        var images = GoldenCase.Tensor(input.GetProperty("x"), precision.ScalarType());
        var labels = GoldenCase.Integers(input.GetProperty("labels"));
        var metrics = step.Run(images, labels, mixing, GoldenCase.Number(input.GetProperty("lr"))).Read();

        Assert.Equal(expected.GetProperty("U").GetInt64(), metrics.Ones);
        AssertRelative("base_loss", expected, metrics.Loss, golden.Tolerance("loss_rel", precision));
        AssertRelative("lambda", expected, metrics.Lambda, golden.Tolerance("loss_rel", precision));
        AssertRelative("total_loss", expected, metrics.Loss + metrics.Penalty, golden.Tolerance("loss_rel", precision));
        var norm = network.parameters().Sum(p => p.grad!.to(float64).square().sum().item<double>());
        AssertRelative("grad_norm", expected, Math.Sqrt(norm), golden.Tolerance("grad_norm_rel", precision));
        var state = network.state_dict();
        foreach (var (name, parameter) in new[] { ("tau_after", "tau"), ("phi_after", "phi") })
        {
            foreach (var layer in expected.GetProperty(name).EnumerateObject())
                AssertValue(golden, $"{layer.Name}.{parameter}", layer.Value,
                    state[$"{layer.Name}.{parameter}"], precision);
        }
    }

    /// <summary>Builds the tiny network of a case from the blocks of the real networks.</summary>
    private static Network Load(GoldenCase golden, Precision precision)
    {
        var parameters = golden.In.GetProperty("params");
        var shape = new NetworkShape(8, [4, 8], [1, 1], parameters.GetProperty("linear.bias").GetProperty("shape")[0]
            .GetInt32());
        Network network = golden.In.GetProperty("net").GetString() switch
        {
            "ir" => new IrResNet(shape, layer => new SbnnConv2d(layer, DomainKind.Learned)),
            "react_learned" => new ReActNet(
                shape, new StemShape(3, 1, HasMaxPool: true),
                sizes => new ReActBlock(sizes, layer => new SbnnConv2d(layer, DomainKind.Learned))),
            var other => throw new InvalidDataException($"unknown network '{other}'"),
        };
        network.to(precision.ScalarType());
        var state = network.state_dict();
        using var _ = no_grad();
        foreach (var parameter in parameters.EnumerateObject())
            state[OurName(parameter.Name)].copy_(GoldenCase.Tensor(parameter.Value, float64));
        Assert.Equal(network.parameters().Count(), parameters.EnumerateObject().Count());
        network.train();
        return network;
    }

    /// <summary>Returns our name of a parameter. The three parts of an activation are one module in our code.</summary>
    private static string OurName(string name) => name.Split('.') switch
    {
        [var block, "move0"] => $"{block}.move0.bias",
        [var block, "move1"] => $"{block}.rprelu.shift_in",
        [var block, "prelu"] => $"{block}.rprelu.slope",
        [var block, "move2"] => $"{block}.rprelu.shift_out",
        _ => name,
    };

    private static void AssertOnes(JsonElement expected, Network network)
    {
        var counts = LayerCounts.Of(network).Select(layer => layer.Ones);
        Assert.Equal(expected.EnumerateObject().Select(layer => layer.Value.GetInt64()), counts);
    }

    private static void AssertRelative(string name, JsonElement step, double actual, double? tolerance)
    {
        var reference = GoldenCase.Number(step.GetProperty(name));
        if (tolerance is not { } allowed) return;
        Assert.True(Math.Abs(actual - reference) <= allowed * Math.Abs(reference),
            $"{name}: {actual:R} instead of {reference:R}");
    }

    private static void AssertValue(
        GoldenCase golden, string name, JsonElement expected, Tensor actual, Precision precision)
    {
        var group = name.EndsWith(".tau", StringComparison.Ordinal) ? "tau"
            : name.Contains("running_", StringComparison.Ordinal) ? "running_stats" : "final";
        if (golden.Tolerance(group, precision) is not { } tolerance) return;
        var largest = GoldenCase.Tensor(expected, float64).abs().max().item<double>();
        // The vectors store shifts with the shape [1, channels, 1, 1].
        GoldenCase.AssertNear(name, expected,
            name.Contains("move", StringComparison.Ordinal) ? actual.reshape(1, -1, 1, 1) : actual,
            tolerance * Math.Max(1, largest));
    }
}
