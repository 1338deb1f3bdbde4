using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// Passes gradients to autograd, and releases our references to them at the next backward call, when autograd certainly
/// has its own references. In the step's dispose scope instead, all gradients would stay in memory until the end of the
/// step.
/// </summary>
internal static class BackwardTensors
{
    private static readonly ThreadLocal<List<Tensor>> Handed = new(static () => [], trackAllValues: true);

    /// <summary>
    /// Moves the gradients that a function returns out of its scope, and releases the gradients of the preceding
    /// function.
    /// </summary>
    public static void HandOver(TorchSharp.DisposeScope scope, List<Tensor> gradients)
    {
        List<Tensor> given = [.. gradients.OfType<Tensor>()];
        scope.MoveToOuter(given);
        Release();
        Handed.Value = given;
    }

    /// <summary>Releases the gradients of the last function. This must be called after a backward pass.</summary>
    /// <param name="ofAllThreads">True for a GPU, because torch ran the functions on a thread of its own.</param>
    public static void Release(bool ofAllThreads = false)
    {
        foreach (var handed in ofAllThreads ? Handed.Values : [Handed.Value!])
        {
            foreach (var gradient in handed) gradient.Dispose();
            handed.Clear();
        }
    }
}
