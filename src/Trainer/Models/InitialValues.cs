using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// Sets the initial values of a network's layers from the caller's random numbers. The ranges are PyTorch's defaults,
/// unless the network specifies others.
/// </summary>
internal static class InitialValues
{
    public static void Set(Network network, UniformFill fill)
    {
        using var _ = no_grad();
        foreach (var (name, module) in network.named_modules())
        {
            switch (module)
            {
                case BinaryConv2d binary:
                    SetUniform($"{name}.weight", binary.Weight, network.BinaryWeightRange(binary), fill);
                    binary.InitialiseOwnState(name, fill);
                    break;
                case RealConv2d real:
                    SetUniform($"{name}.weight", real.Weight, Within(FanIn(real.Weight)), fill);
                    break;
                case Linear linear:
                    SetUniform($"{name}.weight", linear.weight!, Within(linear.weight!.shape[1]), fill);
                    SetUniform($"{name}.bias", linear.bias!, Within(linear.weight.shape[1]), fill);
                    break;
            }
        }
    }

    private static long FanIn(Tensor weight) => weight.numel() / weight.shape[0];

    private static (double Low, double High) Within(long fanIn) => (-1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn));

    private static void SetUniform(string name, Tensor parameter, (double Low, double High) range, UniformFill fill)
    {
        var values = new float[parameter.numel()];
        fill(name, values);
        var (middle, half) = ((range.High + range.Low) / 2, (range.High - range.Low) / 2);
        for (var i = 0; i < values.Length; i++) values[i] = (float)((2.0 * values[i] - 1) * half + middle);
        using var drawn = tensor(values).reshape(parameter.shape);
        parameter.copy_(drawn);
    }
}
