using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>Initial values of a network's layers: PyTorch's defaults, drawn from the caller's numbers.</summary>
internal static class InitialValues
{
    public static void Set(BinaryNetwork network, UniformFill fill)
    {
        using var _ = no_grad();
        foreach (var (name, module) in network.named_modules())
        {
            switch (module)
            {
                case BinaryConv2d binary:
                    SetUniform($"{name}.weight", binary.Weight, FanIn(binary.Weight), fill);
                    break;
                case RealConv2d real:
                    SetUniform($"{name}.weight", real.Weight, FanIn(real.Weight), fill);
                    break;
                case Linear linear:
                    SetUniform($"{name}.weight", linear.weight!, linear.weight!.shape[1], fill);
                    SetUniform($"{name}.bias", linear.bias!, linear.weight.shape[1], fill);
                    break;
            }
        }
    }

    private static long FanIn(Tensor weight) => weight.numel() / weight.shape[0];

    private static void SetUniform(string name, Tensor parameter, long fanIn, UniformFill fill)
    {
        var values = new float[parameter.numel()];
        fill(name, values);
        var bound = 1 / Math.Sqrt(fanIn);
        for (var i = 0; i < values.Length; i++) values[i] = (float)((2.0 * values[i] - 1) * bound);
        using var drawn = tensor(values).reshape(parameter.shape);
        parameter.copy_(drawn);
    }
}
