using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// Gives gradients to autograd and releases our own references to them one backward call later, when autograd surely holds its own.
/// Left to the step's dispose scope, every gradient of a step would stay in memory until its end.
/// </summary>
internal static class BackwardTensors
{
    [ThreadStatic]
    private static List<Tensor>? _handed;

    /// <summary>The gradients as autograd wants them; <paramref name="received"/> is done with and released.</summary>
    public static List<Tensor> Hand(Tensor? received, params Tensor?[] gradients)
    {
        received?.Dispose();
        Release();
        _handed = [.. gradients.OfType<Tensor>()];
        return [.. gradients.Select(gradient => gradient!)];
    }

    /// <summary>Releases what the last call handed over; after a backward pass.</summary>
    public static void Release()
    {
        if (_handed is null) return;
        foreach (var gradient in _handed) gradient.Dispose();
        _handed = null;
    }
}
