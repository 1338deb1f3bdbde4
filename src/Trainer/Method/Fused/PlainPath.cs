namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// Makes CPU tensors use torch's own operations instead of the fused kernels, as a GPU's tensors do, so that these
/// operations can be tested without a GPU. Users cannot select them. The setting applies to the asynchronous flow of
/// the caller.
/// </summary>
internal static class PlainPath
{
    private static readonly AsyncLocal<bool> Forced = new();

    /// <summary>True when the fused kernels must not be used.</summary>
    public static bool IsForced => Forced.Value;

    /// <summary>Forces the use of torch's own operations until the returned object is disposed.</summary>
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
