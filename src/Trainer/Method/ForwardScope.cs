using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Runs the forward pass of a function in a dispose scope of its own. For each output, TorchSharp allocates another
/// tensor of the same size, for zeros that our backward functions never request (<see cref="BackwardGuard"/>). Without
/// the scope these tensors would occupy a GPU's memory until the backward pass.
/// </summary>
internal static class ForwardScope
{
    /// <summary>Returns the function's output, and releases all other tensors that it allocated.</summary>
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
