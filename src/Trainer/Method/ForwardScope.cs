using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Runs a function's forward pass in its own dispose scope. TorchSharp allocates an empty tensor like each output for
/// zeros that our backward functions never request (<see cref="BackwardGuard"/>). Without the scope it would occupy a
/// GPU's memory until the backward pass.
/// </summary>
internal static class ForwardScope
{
    /// <summary>Returns the function's output; everything else that it allocated is released.</summary>
    public static Tensor Run(Func<Tensor> apply)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(apply());
    }

    /// <inheritdoc cref="Run(Func{Tensor})"/>
    public static List<Tensor> Run(Func<List<Tensor>> apply)
    {
        using var scope = NewDisposeScope();
        var outputs = apply();
        scope.MoveToOuter(outputs);
        return outputs;
    }
}
