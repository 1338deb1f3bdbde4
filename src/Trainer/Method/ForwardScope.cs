using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Runs a function's forward pass in a dispose scope of its own. TorchSharp makes an empty tensor like each output, for
/// zeros that our backward functions never ask for (<see cref="BackwardGuard"/>): it would take a GPU's memory until
/// the backward pass.
/// </summary>
internal static class ForwardScope
{
    /// <summary>The function's output; all else that it made is released.</summary>
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
