using System.Runtime.InteropServices;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Keeps torch's warnings out of standard error, whose end tells why a trainer failed: at every small batch it warns that the CPU is
/// none of NNPACK's. A user's own TORCH_CPP_LOG_LEVEL stays.
/// </summary>
internal static partial class TorchWarnings
{
    /// <summary>To be called before torch is touched.</summary>
    public static void Silence()
    {
        // .NET's own SetEnvironmentVariable does not reach native code.
        if (OperatingSystem.IsLinux()) _ = SetEnvironment("TORCH_CPP_LOG_LEVEL", "ERROR", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
