namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// Makes CPU tensors use torch's own operations, as a GPU's tensors do, so that this path can be tested without a GPU.
/// It is not an option for users; it applies to the asynchronous flow that requested it.
/// </summary>
internal static class PlainPath
{
    private static readonly AsyncLocal<bool> Forced = new();

    /// <summary>True when the fused kernels must not be used.</summary>
    public static bool IsForced => Forced.Value;

    /// <summary>Forces the plain path until the result is disposed.</summary>
    public static IDisposable Force()
    {
        Forced.Value = true;
        return new Restore();
    }

    private sealed class Restore : IDisposable
    {
        public void Dispose() => Forced.Value = false;
    }
}
