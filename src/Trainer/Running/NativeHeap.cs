using System.Runtime.InteropServices;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Makes glibc keep the memory that torch frees. A step allocates and frees the same large blocks over and over; by default each goes
/// back to the kernel and comes again page by page (40 % of the kernel's time in a small trial).
/// </summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD: a greatest value never gives the heap's top back.
    private const int MappingsMax = -4; // M_MMAP_MAX: no block gets a mapping of its own.

    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux()) return;
        if (SetOption(TrimThreshold, int.MaxValue) == 0 || SetOption(MappingsMax, 0) == 0)
            Console.Error.WriteLine("sbnn-trainer: the C library keeps its own way with freed memory; steps are slower for it");
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
