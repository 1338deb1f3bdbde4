using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Devices;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Devices;

public sealed class VisibleDevicesTests
{
    private static readonly GpuReading[] Gpus =
        [Gpu(0, "GPU-aa11"), Gpu(1, "GPU-aa22"), Gpu(2, "GPU-bb33"), Gpu(3, "MIG-cc44")];

    [Theory]
    [InlineData(null, "0 1 2 3")]
    [InlineData("", "")]
    [InlineData("2,0", "2 0")]
    [InlineData(" 2 , 0 ", "2 0")]
    [InlineData("GPU-bb33,GPU-aa1", "2 0")]
    [InlineData("gpu-BB", "2")]
    [InlineData("MIG-cc44", "3")]
    [InlineData("1,1", "1")]
    [InlineData("1,-1,2", "1")] // An entry that does not name a GPU ends the list, as in CUDA.
    [InlineData("1,9,2", "1")]
    [InlineData("1,,2", "1")]
    [InlineData("1,GPU-aa,2", "1")] // Two UUIDs begin with the second entry, so the list ends there.
    [InlineData("GPU-,2", "")]
    [InlineData("none", "")]
    public void Of_ReturnsTheGpus_ThatCudaWouldSee(string? visible, string expected) => Assert.Equal(
        expected, string.Join(' ', VisibleDevices.Of(Gpus, visible).Select(static gpu => gpu.Device.Index)));

    [Theory]
    [InlineData("0", null, true)]
    [InlineData("GPU-aa11", null, false)]
    [InlineData("0", "PCI_BUS_ID", false)]
    [InlineData(null, null, false)]
    public void Ambiguity_IsReported_WhenNumbersMayMeanDifferentGpus(string? visible, string? order, bool isAmbiguous)
    {
        GpuReading[] mixed = [Gpus[0], Gpus[1] with { Device = Gpus[1].Device with { Name = "other" } }];

        Assert.Equal(isAmbiguous, VisibleDevices.Ambiguity(mixed, visible, order) is not null);
        Assert.Null(VisibleDevices.Ambiguity(Gpus, visible, order));
    }

    [Theory]
    [InlineData("all", "0 1 2 3")]
    [InlineData("none", "")]
    [InlineData("2,0", "2 0")]
    [InlineData("GPU-bb,2", "2")]
    public void Choose_ReturnsTheSelectedGpus(string gpus, string expected) =>
        Assert.Equal(expected, string.Join(' ', GpuSelection.Parse(gpus).Choose(Gpus).Select(static gpu => gpu.Index)));

    [Theory]
    [InlineData("7")]
    [InlineData("GPU-aa")]
    public void Choose_NamesTheEntry_WhenItDoesNotMatchExactlyOneGpu(string gpus)
    {
        var error = Assert.Throws<BadInputException>(() => GpuSelection.Parse(gpus).Choose(Gpus[..2]));

        Assert.Equal(
            $"--gpus: {gpus} does not match exactly one GPU (allowed: 0 GPU-aa11 X; 1 GPU-aa22 X)", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0,,1")]
    [InlineData("0;1")]
    [InlineData("banana")]
    [InlineData("0,gpu1")]
    public void Parse_NamesTheAllowedValues_WhenTheTextIsNotValid(string gpus) => Assert.Equal(
        $"--gpus: {gpus} is not allowed (allowed: {GpuSelection.Allowed})",
        Assert.Throws<BadInputException>(() => GpuSelection.Parse(gpus)).Message);

    private static GpuReading Gpu(int index, string uuid) =>
        new(new GpuDevice(uuid, index, "X", 16384, "8.0", "550"), UsedMiB: 0, UtilizationPercent: 0);
}
