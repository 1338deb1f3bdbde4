using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// Gives gradients to autograd and releases our own references to them one backward call later, when autograd surely
/// holds its own. Left to the step's dispose scope, every gradient of a step would stay in memory until its end.
/// </summary>
internal static class BackwardTensors
{
    private static readonly ThreadLocal<List<Tensor>> Handed = new(static () => [], trackAllValues: true);

    /// <summary>
    /// Takes the gradients that a function gives out of its scope, and releases those of the function before it.
    /// </summary>
    public static void Hand(TorchSharp.DisposeScope scope, List<Tensor> gradients)
    {
        List<Tensor> given = [.. gradients.OfType<Tensor>()];
        scope.MoveToOuter(given);
        Release();
        Handed.Value = given;
    }

    /// <summary>Releases what the last call handed over; after a backward pass.</summary>
    /// <param name="ofAllThreads">For a GPU, whose functions ran on a thread of torch's.</param>
    public static void Release(bool ofAllThreads = false)
    {
        foreach (var handed in ofAllThreads ? Handed.Values : [Handed.Value!])
        {
            foreach (var gradient in handed) gradient.Dispose();
            handed.Clear();
        }
    }
}
