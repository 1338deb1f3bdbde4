using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Libraries;
using Sbnn.Sweeps.Trainer.Running;

namespace Sbnn.Sweeps.Tests.Training.Libraries;

public sealed class LibrariesTests : IDisposable
{
    private static readonly string Bridge = PackagedLibraries.Find("libLibTorchSharp.so")!;
    private static readonly string SmallLibrary = PackagedLibraries.Find("libc10.so")!;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_FindsSymbolsAndBuildId_OfALibrary()
    {
        var small = ElfLibrary.Read(SmallLibrary);
        Assert.Equal(0x110, small.Exports["_ZTVN3c1010TensorImplE"]);
        Assert.Contains("malloc", small.Imports);
        Assert.Matches("^[0-9a-f]{40}$", ElfLibrary.Read(PackagedLibraries.Find("libtorch_cpu.so")!).BuildId);

        var bridge = ElfLibrary.Read(Bridge);
        Assert.Contains("_ZN2at4_ops10mul_Tensor4callERKNS_6TensorES4_", bridge.Imports);
        Assert.Contains("_ZTIN5torch2nn6ModuleE", bridge.ImportsBoundOnLoad);
        Assert.DoesNotContain("_ZN2at4_ops10mul_Tensor4callERKNS_6TensorES4_", bridge.ImportsBoundOnLoad);
    }

    [Theory]
    [InlineData("")]
    [InlineData("This file is text, not a library. It is longer than the header of a library, which has 64 bytes.")]
    public void Read_NamesTheFile_WhenItIsNotALibrary(string text)
    {
        var path = _folder.In("lib.so");
        File.WriteAllText(path, text);
        Assert.StartsWith($"{path}: not a shared library",
            Assert.Throws<BadInputException>(() => ElfLibrary.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UsedSymbols_AreAllImports_OfTorchSharp() =>
        Assert.Empty(TorchFolder.Used().Except(ElfLibrary.Read(Bridge).Imports));

    [Fact]
    public void Find_AcceptsAPyTorchFolder_AndReadsItsVersion()
    {
        var lib = Directory.CreateDirectory(_folder.In("torch", "lib")).FullName;
        File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "");
        File.WriteAllText(_folder.In("torch", "version.py"),
            "from typing import Optional\n__version__ = '2.11.0+cu130'\ndebug = False\n");

        Assert.All(
            (string[])[lib, _folder.In("torch"), _folder.Path],
            named => Assert.Equal(new TorchFolder(lib, "2.11.0+cu130"), TorchFolder.Find(named)));
    }

    [Fact]
    public void Find_NamesTheMissingFile_InAFolderWithoutTorch() => Assert.Equal(
        $"--torch or SBNN_TORCH: {_folder.Path} has no libtorch_cpu.so, nor has its folder lib (allowed: a folder with "
            + "libtorch_cpu.so, such as site-packages/torch/lib); name the folder of a PyTorch, or name none to use "
            + "the packaged libtorch",
        Assert.Throws<BadInputException>(() => TorchFolder.Find(_folder.Path)).Message);

    [Fact]
    public void Check_RejectsAnEarlierVersion_AndNamesIt()
    {
        File.Copy(SmallLibrary, _folder.In("libtorch_cpu.so.1.13.0"));
        File.CreateSymbolicLink(_folder.In("libtorch_cpu.so"), _folder.In("libtorch_cpu.so.1.13.0"));
        var error = Assert.Throws<BadInputException>(() => TorchFolder.Find(_folder.Path).Check([]));
        Assert.Contains("does not fit: its version is 1.13.0 (allowed: 2.10 or later)", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NamesFunctions_WhenTheLibraryLacksThem()
    {
        File.Copy(SmallLibrary, _folder.In("libtorch_cpu.so"));
        var error = Assert.Throws<BadInputException>(() =>
            TorchFolder.Find(_folder.Path).Check(["_ZN2at13globalContextEv"]));
        Assert.Matches(
            @"does not fit: \d+ functions and tables that training requires are missing: (at|torch)::\S+, .* and "
                + @"\d+ more \(\d+ of the \d+ symbols of libLibTorchSharp\.so are missing\)",
            error.Message);
    }

    [Theory]
    [InlineData("_ZN2at4_ops10mul_Tensor4callERKNS_6TensorES4_", "at::_ops::mul_Tensor::call")]
    [InlineData("_ZNK2at7Context14benchmarkCuDNNEv", "at::Context::benchmarkCuDNN")]
    [InlineData("_ZTVN5torch2nn6ModuleE", "vtable of torch::nn::Module")]
    [InlineData("cudaFree", "cudaFree")]
    [InlineData("_ZN99at", "_ZN99at")]
    public void Readable_ReturnsTheQualifiedName_OfASymbol(string symbol, string name) =>
        Assert.Equal(name, SymbolName.Readable(symbol));

    [Fact]
    public void Find_ReturnsThePath_OfALoadedLibrary()
    {
        string[] maps =
        [
            "7f00-7f01 r--p 00000000 00:00 0 ",
            "7f01-7f02 r-xp 00000000 fd:00 123                        /opt/my torch/lib/libtorch_cpu.so",
            "7f03-7f04 r-xp 00000000 fd:00 124                        /opt/old/libtorch.so (deleted)",
        ];
        Assert.Equal("/opt/my torch/lib/libtorch_cpu.so",
            MappedLibraries.Find(maps, static file => file == "libtorch_cpu.so"));
        Assert.Equal("/opt/old/libtorch.so", MappedLibraries.Find(maps, static file => file == "libtorch.so"));
        Assert.Null(MappedLibraries.Find(maps, static file => file == "libc10.so"));
    }

    [Fact]
    public void FindOther_NamesTheBuild_WhenItIsNotThePackagedOne()
    {
        var (copy, other) = (_folder.In("libtorch_cpu.so"), _folder.In("other.so"));
        File.Copy(SmallLibrary, copy);
        File.Copy(Bridge, other);

        Assert.Null(LoadedTorch.FindOther(copy, SmallLibrary, "2.11.0"));
        Assert.Null(LoadedTorch.FindOther(SmallLibrary, packaged: null, version: null));
        Assert.Matches("^2.11.0-[0-9a-f]{12}$", LoadedTorch.FindOther(other, SmallLibrary, "2.11.0"));
        Assert.Matches("^[0-9a-f]{12}$", LoadedTorch.FindOther(copy, packaged: null, version: null));
        Assert.Null(LoadedTorch.FindOther("2.10.0"));
    }

    [Fact]
    public void DeviceClass_KeepsItsText_OnCpus() => Assert.Matches(
        @"^cpu [a-z0-9_+=-]+ [a-z0-9_.-]+ t1 libtorch-2\.10\.0\.0 torchsharp-0\.107\.0$",
        DeviceClass.Use(new TrialAssignment { Trial = default, Attempt = 1, Spec = new(), DataRoot = "" }));

    [Fact]
    public void DeviceClass_NamesModelDriverAndCuda_OfAGpu()
    {
        var gpu = new GpuFacts("GPU-1234", "NVIDIA H100 80GB HBM3", "9.0", "570.86.15");
        Assert.Equal("sm-9.0 nvidia-h100-80gb-hbm3 driver-570.86.15 cuda-12.8",
            DeviceClass.OfGpu(gpu, CudaRuntime.Format(12080)));
        Assert.Equal("sm-9.0 nvidia-h100-80gb-hbm3 driver-570.86.15 cuda-unknown",
            DeviceClass.OfGpu(gpu, CudaRuntime.Version()));
    }
}
