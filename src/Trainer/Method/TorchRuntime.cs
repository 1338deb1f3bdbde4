using System.Runtime.InteropServices;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Trainer.Libraries;
using TorchSharp;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Loads torch, after setting the process options that torch reads while it is loaded. On a CPU these options change
/// only the speed, not the results.
/// </summary>
public static partial class TorchRuntime
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int TopPad = -2; // M_TOP_PAD
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD
    private static nint _torch;

    /// <summary>
    /// Sets the process options and loads torch. This must be called before any use of torch, because torch's thread
    /// library reads its settings only while it is loaded.
    /// </summary>
    /// <param name="threads">The number of threads of torch's CPU operations, at least 1.</param>
    /// <exception cref="TorchUnavailableException">Torch's libraries cannot be loaded.</exception>
    /// <exception cref="BadInputException">The libtorch that <c>SBNN_TORCH</c> names does not fit.</exception>
    public static void Prepare(int threads)
    {
        if (OperatingSystem.IsLinux())
        {
            // By default malloc maps memory for each large tensor and unmaps it later, so every step has page faults
            // for all of its pages. If these calls fail, steps are only slower.
            _ = MallOpt(MmapThreshold, 32 << 20);
            _ = MallOpt(TrimThreshold, int.MaxValue);
            _ = MallOpt(TopPad, 64 << 20);

            // With this option idle threads sleep. Otherwise they would spin and occupy cores that our own kernels and
            // other trials need.
            _ = SetEnvironment("OMP_WAIT_POLICY", "passive", overwrite: 0);

            // cuBLAS computes the same bits each time only with a workspace of fixed size. It reads this variable at
            // its first use.
            _ = SetEnvironment("CUBLAS_WORKSPACE_CONFIG", ":4096:8", overwrite: 0);

            // Without this variable, torch warns at every small batch that NNPACK does not support the CPU. A value
            // that the user has set is kept.
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

    // Loads the libraries before TorchSharp does. TorchSharp would hide the loader's message, search a package cache
    // for the libraries, and copy all of them from there.
    private static void Load()
    {
        var folder = TorchFolder.FromEnvironment();
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

    // Loads the libraries by path, because a search by name would find the packaged libraries in the trainer's folder.
    // Libraries that require these by name then use the loaded ones. TorchContext prevents that TorchSharp loads the
    // packaged libraries as well.
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
                    $"{TorchPlace.NamedBy}: {library}: cannot be loaded: {error.Message.ReplaceLineEndings(" ")}",
                    error);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
