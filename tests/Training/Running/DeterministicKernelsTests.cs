using System.Runtime.InteropServices;
using Sbnn.Sweeps.Trainer.Method;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>These tests run alone, because torch's switches apply to the whole process.</summary>
[Collection(nameof(DeterministicKernelsTests))]
[CollectionDefinition(nameof(DeterministicKernelsTests), DisableParallelization = true)]
public sealed class DeterministicKernelsTests : IDisposable
{
    private readonly KernelSwitches _before = DeterministicKernels.Current;

    public void Dispose() => DeterministicKernels.Current = _before;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Use_SetsTheSwitches_ThatTorchReports(bool allowTf32)
    {
        Assert.Equal((false, false), (_before.DeterministicCuDnn, _before.DeterministicAlgorithms));

        DeterministicKernels.Use(allowTf32);

        Assert.Equal(
            new KernelSwitches(
                DeterministicCuDnn: true, BenchmarksCuDnn: false, DeterministicAlgorithms: true, OnlyWarns: true,
                FillsNewMemory: false,
                Tf32CuDnn: allowTf32, Tf32CuBlas: allowTf32),
            DeterministicKernels.Current);
    }

    // The test reads the variable with native code, because .NET has its own copy of the environment, which native code
    // does not see.
    [Fact]
    public void Prepare_FixesTheCuBlasWorkspace_UnlessTheUserSetsIt()
    {
        TorchRuntime.Prepare(threads: 1);
        var find = Marshal.GetDelegateForFunctionPointer<FindVariable>(
            NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "getenv"));

        Assert.Equal(
            Environment.GetEnvironmentVariable("CUBLAS_WORKSPACE_CONFIG") ?? ":4096:8",
            Marshal.PtrToStringUTF8(find("CUBLAS_WORKSPACE_CONFIG")));
    }

    [Fact]
    public void Current_RestoresTheSwitches_ThatWereRead()
    {
        DeterministicKernels.Use(allowTf32: true);
        DeterministicKernels.Current = _before with { BenchmarksCuDnn = true };
        Assert.Equal(_before with { BenchmarksCuDnn = true }, DeterministicKernels.Current);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint FindVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
