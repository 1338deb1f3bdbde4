using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Selects those of torch's GPU kernels that compute the same bits each time, because exact resume depends on them.
/// TorchSharp has no functions for most of these switches, so they are set through libtorch's own symbols. libtorch's
/// CPU builds have the same symbols, but on a CPU the switches would only change the speed. cuBLAS also needs an
/// environment variable (<see cref="TorchRuntime"/>).
/// </summary>
public static unsafe class DeterministicKernels
{
    /// <summary>The symbols of libtorch_cpu.so that this class calls.</summary>
    public static IReadOnlyList<string> Symbols { get; } =
    [
        GlobalContext, SetCuDnn, IsCuDnn, SetBenchmark, IsBenchmark, SetAlgorithms, AreAlgorithms, AreWarnOnly,
            SetFill, IsFill,
    ];

    private const string GlobalContext = "_ZN2at13globalContextEv";
    private const string SetCuDnn = "_ZN2at7Context21setDeterministicCuDNNEb";
    private const string IsCuDnn = "_ZNK2at7Context18deterministicCuDNNEv";
    private const string SetBenchmark = "_ZN2at7Context17setBenchmarkCuDNNEb";
    private const string IsBenchmark = "_ZNK2at7Context14benchmarkCuDNNEv";
    private const string SetAlgorithms = "_ZN2at7Context26setDeterministicAlgorithmsEbb";
    private const string AreAlgorithms = "_ZNK2at7Context23deterministicAlgorithmsEv";
    private const string AreWarnOnly = "_ZNK2at7Context31deterministicAlgorithmsWarnOnlyEv";
    private const string SetFill = "_ZN2at7Context39setDeterministicFillUninitializedMemoryEb";
    private const string IsFill = "_ZNK2at7Context36deterministicFillUninitializedMemoryEv";

    /// <summary>
    /// The current switches. Operations without a deterministic kernel only warn, because the resume check detects the
    /// differences that they cause. New memory is not filled, because no operation reads memory before it is written.
    /// </summary>
    internal static KernelSwitches Current
    {
        get
        {
            var context = Context();
            return new KernelSwitches(
                Get(IsCuDnn), Get(IsBenchmark), Get(AreAlgorithms), Get(AreWarnOnly), Get(IsFill),
                backends.cudnn.allow_tf32, backends.cuda.matmul.allow_tf32);

            bool Get(string symbol) => ((delegate* unmanaged<nint, byte>)TorchRuntime.Export(symbol))(context) != 0;
        }

        set
        {
            var context = Context();
            Set(SetCuDnn, value.DeterministicCuDnn);
            Set(SetBenchmark, value.BenchmarksCuDnn);
            Set(SetFill, value.FillsNewMemory);
            ((delegate* unmanaged<nint, byte, byte, void>)TorchRuntime.Export(SetAlgorithms))(
                context, AsByte(value.DeterministicAlgorithms), AsByte(value.OnlyWarns));
            backends.cudnn.allow_tf32 = value.Tf32CuDnn;
            backends.cuda.matmul.allow_tf32 = value.Tf32CuBlas;

            void Set(string symbol, bool on) =>
                ((delegate* unmanaged<nint, byte, void>)TorchRuntime.Export(symbol))(context, AsByte(on));
        }
    }

    /// <summary>Sets all switches for training on a GPU.</summary>
    /// <param name="allowTf32">True when matrix products and convolutions of float32 may round their operands to TF32's
    /// 10 bits.</param>
    public static void Use(bool allowTf32) => Current = new KernelSwitches(
        DeterministicCuDnn: true, BenchmarksCuDnn: false, DeterministicAlgorithms: true, OnlyWarns: true,
        FillsNewMemory: false,
        allowTf32, allowTf32);

    private static nint Context() => ((delegate* unmanaged<nint>)TorchRuntime.Export(GlobalContext))();

    private static byte AsByte(bool on) => on ? (byte)1 : (byte)0;
}

/// <summary>torch's switches that select kernels.</summary>
/// <param name="DeterministicCuDnn">Use only cuDNN's deterministic convolutions.</param>
/// <param name="BenchmarksCuDnn">
/// Let cuDNN measure its convolutions and use the fastest one, which may differ from run to run.
/// </param>
/// <param name="DeterministicAlgorithms">Use torch's deterministic operations where they exist.</param>
/// <param name="OnlyWarns">Warn about operations without a deterministic kernel, instead of failing.</param>
/// <param name="FillsNewMemory">Fill uninitialised memory with NaN.</param>
/// <param name="Tf32CuDnn">Allow TF32 in convolutions.</param>
/// <param name="Tf32CuBlas">Allow TF32 in matrix products.</param>
internal readonly record struct KernelSwitches(
    bool DeterministicCuDnn, bool BenchmarksCuDnn, bool DeterministicAlgorithms, bool OnlyWarns, bool FillsNewMemory,
    bool Tf32CuDnn,
    bool Tf32CuBlas);
