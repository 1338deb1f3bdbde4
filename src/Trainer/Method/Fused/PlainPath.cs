namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// The way that a GPU's tensors take, by torch's own operations, also for the CPU's: so that it can be tested without a
/// GPU. No option of users; it holds for the asynchronous flow that asked for it.
/// </summary>
internal static class PlainPath
{
    private static readonly AsyncLocal<bool> Forced = new();

    /// <summary>True when the fused kernels are not to be used.</summary>
    public static bool IsForced => Forced.Value;

    /// <summary>Forces the plain path until it is disposed of.</summary>
    public static IDisposable Force()
    {
        Forced.Value = true;
        return new Back();
    }

    private sealed class Back : IDisposable
    {
        public void Dispose() => Forced.Value = false;
    }
}
