using System.Runtime.InteropServices;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>Settings of the native side that must be made before torch is loaded.</summary>
internal static partial class NativeSettings
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD: a greatest value never gives the heap's top back.
    private const int MappingsMax = -4; // M_MMAP_MAX: no block gets a mapping of its own.

    public static void Make()
    {
        if (!OperatingSystem.IsLinux()) return;

        // A step allocates and frees the same large blocks over and over. By default each goes back to the kernel and comes again
        // page by page, which is most of the kernel's time in a trial.
        if (SetAllocation(TrimThreshold, int.MaxValue) == 0 || SetAllocation(MappingsMax, 0) == 0)
            Console.Error.WriteLine("sbnn-trainer: the C library keeps its own way with freed memory; steps are slower for it");

        // torch warns at every small batch that the CPU is none of NNPACK's. A user's own setting stays.
        _ = SetVariable("TORCH_CPP_LOG_LEVEL", "ERROR", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocation(int option, int value);

    // .NET's own SetEnvironmentVariable does not reach native code.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
