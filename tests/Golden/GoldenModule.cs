using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// Compares a module with a case's parameters, output and gradients. Several parameters of a case may be one parameter
/// of ours, which then contains them in the case's order.
/// </summary>
internal static class GoldenModule
{
    /// <summary>Sets all parameters of a module from a case.</summary>
    /// <param name="layer">The module.</param>
    /// <param name="ourName">Returns our name of a case's parameter.</param>
    /// <param name="parameters">The case's parameters by their names.</param>
    /// <param name="precision">The type of the module's parameters.</param>
    public static void Set(
        nn.Module<Tensor, Tensor> layer, Func<string, string> ourName, Dictionary<string, JsonElement> parameters,
        Precision precision)
    {
        layer.to(precision.ScalarType());
        var ours = layer.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        var given = parameters.GroupBy(p => ourName(p.Key), p => GoldenCase.Tensor(p.Value, float64)).ToList();
        Assert.Equal(given.Select(group => group.Key).Order(StringComparer.Ordinal),
            ours.Keys.Order(StringComparer.Ordinal));
        using var _ = no_grad();
        foreach (var group in given)
        {
            var value = group.Count() == 1 ? group.Single() : cat(group.ToList());
            Assert.Equal(value.shape, ours[group.Key].shape);
            ours[group.Key].copy_(value);
        }
    }

    /// <summary>
    /// Sets all parameters from a case, runs an action, and compares the output and the gradients of all parameters and
    /// of x.
    /// </summary>
    public static void AssertOutputAndGradients(
        GoldenCase golden, nn.Module<Tensor, Tensor> layer, Func<string, string> ourName,
        Dictionary<string, JsonElement> parameters, Precision precision, Action? beforeForward = null)
    {
        Set(layer, ourName, parameters, precision);
        beforeForward?.Invoke();
        var x = GoldenCase.Tensor(golden.In.GetProperty("x"), precision.ScalarType()).requires_grad_();
        var y = layer.forward(x);
        golden.AssertTensor("y", y, precision);
        (y * GoldenCase.Tensor(golden.In.GetProperty("grad_y"), precision.ScalarType())).sum().backward();
        golden.AssertTensor("grad_x", x.grad!, precision);
        var ours = layer.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (var group in parameters.GroupBy(p => ourName(p.Key)))
        {
            var (gradient, offset) = (ours[group.Key].grad!, 0L);
            foreach (var (name, value) in group)
            {
                var part = gradient;
                if (group.Count() > 1)
                {
                    var length = GoldenCase.Tensor(value, float64).shape[0];
                    part = gradient.narrow(0, offset, length);
                    offset += length;
                }

                golden.AssertTensor($"grad_{name}", part, precision);
            }
        }
    }

    /// <summary>
    /// Compares the running moments after one step in training mode, and then the output in evaluation mode.
    /// </summary>
    public static void AssertEvaluation(
        GoldenCase golden, nn.Module<Tensor, Tensor> layer, Func<string, string> ourName, Precision precision)
    {
        var state = layer.state_dict();
        foreach (var statistic in golden.Out.EnumerateObject()
            .Where(o => o.Name.Contains("running_", StringComparison.Ordinal)))
            golden.AssertTensor(statistic.Name, state[ourName(statistic.Name)], precision);
        layer.eval();
        golden.AssertTensor(
            "y_eval", layer.forward(GoldenCase.Tensor(golden.In.GetProperty("x"), precision.ScalarType())), precision);
    }

    /// <summary>The members of a JSON object by their names.</summary>
    public static Dictionary<string, JsonElement> Members(JsonElement parameters) =>
        parameters.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
}
