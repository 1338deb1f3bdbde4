using System.Runtime.InteropServices;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Trainer.Libraries;
using TorchSharp;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Loads torch, after the settings of the process that it reads while it is loaded. On a CPU they change its speed, and
/// no number.
/// </summary>
public static partial class TorchRuntime
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int TopPad = -2; // M_TOP_PAD
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD
    private static nint _torch;

    /// <summary>
    /// To be called before torch is touched: its thread library reads its settings once, while it is loaded.
    /// </summary>
    /// <param name="threads">Threads of torch's CPU operations, at least 1.</param>
    /// <exception cref="TorchUnavailableException">Its libraries cannot be loaded.</exception>
    /// <exception cref="BadInputException">The libtorch that <c>SBNN_TORCH</c> names does not fit.</exception>
    public static void Prepare(int threads)
    {
        if (OperatingSystem.IsLinux())
        {
            // By default each large tensor is mapped anew and given back, so every step pays for faulting all its pages
            // in. None of these calls can fail in a way that matters: at worst a step is slower.
            _ = MallOpt(MmapThreshold, 32 << 20);
            _ = MallOpt(TrimThreshold, int.MaxValue);
            _ = MallOpt(TopPad, 64 << 20);

            // Idle threads that spin take the core from our own kernels, and from other trials.
            _ = SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);

            // cuBLAS gives the same bits each time only with a workspace of a fixed size; it is read at its first use.
            _ = SetEnvironment("CUBLAS_WORKSPACE_CONFIG", ":4096:8", overwrite: 0);

            // torch warns at every small batch that the CPU is none of NNPACK's. A user's own setting stays.
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

    // As TorchSharp does, and before it does: it would not tell what the loader said, and would look for the libraries
    // in a package cache and copy all of them from there.
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

    // By path, for the trainer's own folder would come first. What needs them by name then finds them loaded;
    // TorchContext keeps TorchSharp from loading the packaged ones beside them.
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
