using System.Globalization;
using System.Runtime.InteropServices;

namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>The CUDA runtime that torch loaded.</summary>
internal static unsafe class CudaRuntime
{
    /// <summary>
    /// The runtime's version, such as 12.8; null when no runtime is loaded, or its version cannot be read.
    /// </summary>
    public static string? Version()
    {
        if (MappedLibraries.Find(static file => file.StartsWith("libcudart", StringComparison.Ordinal)) is not { } path)
            return null;
        if (!NativeLibrary.TryLoad(path, out var library)
            || !NativeLibrary.TryGetExport(library, "cudaRuntimeGetVersion", out var get))
            return null;
        int version;
        return ((delegate* unmanaged<int*, int>)get)(&version) == 0 ? Format(version) : null;
    }

    /// <summary>Formats 1000·major + 10·minor as major.minor.</summary>
    internal static string Format(int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");
}
