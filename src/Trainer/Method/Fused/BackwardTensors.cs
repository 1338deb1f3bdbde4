using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// Passes gradients to autograd and releases our references to them one backward call later, when autograd certainly
/// holds its own. In the step's dispose scope, every gradient of a step would stay in memory until its end.
/// </summary>
internal static class BackwardTensors
{
    private static readonly ThreadLocal<List<Tensor>> Handed = new(static () => [], trackAllValues: true);

    /// <summary>
    /// Moves the gradients that a function returns out of its scope, and releases those of the function before it.
    /// </summary>
    public static void HandOver(TorchSharp.DisposeScope scope, List<Tensor> gradients)
    {
        List<Tensor> given = [.. gradients.OfType<Tensor>()];
        scope.MoveToOuter(given);
        Release();
        Handed.Value = given;
    }

    /// <summary>Releases the gradients of the last call. Must be called after a backward pass.</summary>
    /// <param name="ofAllThreads">True for a GPU, whose functions ran on torch's thread.</param>
    public static void Release(bool ofAllThreads = false)
    {
        foreach (var handed in ofAllThreads ? Handed.Values : [Handed.Value!])
        {
            foreach (var gradient in handed) gradient.Dispose();
            handed.Clear();
        }
    }
}
