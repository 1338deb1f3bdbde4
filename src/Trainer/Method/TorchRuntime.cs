using System.Runtime.InteropServices;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Trainer.Libraries;
using TorchSharp;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Loads torch, after setting the process options that torch reads while it is loaded. On a CPU they change only the
/// speed, no numbers.
/// </summary>
public static partial class TorchRuntime
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int TopPad = -2; // M_TOP_PAD
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD
    private static nint _torch;

    /// <summary>
    /// Must be called before any use of torch, because its thread library reads its settings once, while it is loaded.
    /// </summary>
    /// <param name="threads">Threads of torch's CPU operations, at least 1.</param>
    /// <exception cref="TorchUnavailableException">Torch's libraries cannot be loaded.</exception>
    /// <exception cref="BadInputException">The libtorch that <c>SBNN_TORCH</c> names does not fit.</exception>
    public static void Prepare(int threads)
    {
        if (OperatingSystem.IsLinux())
        {
            // By default each large tensor is mapped anew and released, so every step pays the page faults of all its
            // pages. A failure of these calls is harmless: at worst a step is slower.
            _ = MallOpt(MmapThreshold, 32 << 20);
            _ = MallOpt(TrimThreshold, int.MaxValue);
            _ = MallOpt(TopPad, 64 << 20);

            // Idle threads that spin would take the core from our own kernels, and from other trials.
            _ = SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);

            // cuBLAS gives the same bits each time only with a workspace of fixed size, which it reads at its first
            // use.
            _ = SetEnvironment("CUBLAS_WORKSPACE_CONFIG", ":4096:8", overwrite: 0);

            // torch warns at every small batch that NNPACK does not support the CPU. A user's own setting has priority.
            _ = SetEnvironment("TORCH_CPP_LOG_LEVEL", "ERROR", overwrite: 0);
        }

        Load();
        torch.set_num_threads(threads);
    }

    /// <summary>The address of a symbol of libtorch_cpu.so.</summary>
    internal static nint Export(string symbol)
    {
        if (_torch == 0) Load();
        return NativeLibrary.GetExport(_torch, symbol);
    }

    // As TorchSharp does, but before it: TorchSharp would hide the loader's message, search a package cache for the
    // libraries, and copy all of them from there.
    private static void Load()
    {
        var folder = TorchFolder.Named();
        if (folder is not null) LoadFrom(folder);
        foreach (var library in (string[])(folder is null ? ["torch_cpu", "LibTorchSharp"] : ["LibTorchSharp"]))
        {
            try
            {
                var loaded = NativeLibrary.Load(library, typeof(torch).Assembly, searchPath: null);
                if (_torch == 0) _torch = loaded;
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                throw new TorchUnavailableException(library, error);
            }
        }
    }

    // By path, because the trainer's own folder would be searched first. Libraries that refer to these by name then
    // find them loaded. TorchContext prevents TorchSharp from loading the packaged ones, too.
    private static void LoadFrom(TorchFolder folder)
    {
        foreach (var library in folder.Libraries)
        {
            try
            {
                var loaded = NativeLibrary.Load(library);
                if (_torch == 0 && Path.GetFileName(library) == "libtorch_cpu.so") _torch = loaded;
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                throw new BadInputException(
                    $"{OwnVariable.Torch}: {library}: cannot be loaded: {error.Message.ReplaceLineEndings(" ")}",
                    error);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
