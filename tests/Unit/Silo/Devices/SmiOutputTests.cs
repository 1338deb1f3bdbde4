using Sbnn.Sweeps.Silo.Devices;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Devices;

public sealed class SmiOutputTests
{
    private const string Rest = "550.54, [N/A], Default, 00000000:01:00.0";

    [Fact]
    public void Read_ReturnsEachGpu_WithItsProperties()
    {
        var read = SmiOutput.Read(
            $"0, GPU-a, NVIDIA A100-SXM4-80GB, 81920, 312, 7, 8.0, {Rest}\n"
            + $"1, GPU-b, NVIDIA H100, 81559, 0, 0, 9.0, {Rest}\n",
            "");

        Assert.Null(read.Problem);
        Assert.Equal(
            [
                new GpuReading(new GpuDevice("GPU-a", 0, "NVIDIA A100-SXM4-80GB", 81920, "8.0", "550.54"), 312, 7),
                new GpuReading(new GpuDevice("GPU-b", 1, "NVIDIA H100", 81559, "9.0", "550.54"), 0, 0),
            ],
            read.Gpus);
    }

    [Fact]
    public void Read_KeepsCommas_InNames() =>
        Assert.Equal("A, B", Only($"0, GPU-a, A, B, 100, 1, 2, 8.0, {Rest}").Device.Name);

    [Theory]
    [InlineData("[N/A]")]
    [InlineData("[Not Supported]")]
    [InlineData("N/A")]
    public void Read_LeavesTheMemoryUseUnknown_WhenItIsNotReported(string none)
    {
        var read = Only($"0, GPU-a, X, 100, {none}, {none}, {none}, {Rest}");

        Assert.Equal(((int?)null, (int?)null), (read.UsedMiB, read.UtilizationPercent));
    }

    [Fact]
    public void Read_SkipsAGpu_WhenItDoesNotReportItsMemory()
    {
        var read = SmiOutput.Read($"0, GPU-a, GB10, [N/A], [N/A], 0, 12.1, {Rest}", "");

        Assert.Empty(read.Gpus);
        Assert.Equal("GPU 0 (GB10) does not report how much memory it has", read.Problem);
    }

    [Theory]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")]
    [InlineData("0, GPU-a, X, 100")]
    [InlineData("x, GPU-a, X, 100, 1, 2, 8.0, 550.54, [N/A], Default, 00000000:01:00.0")]
    [InlineData("0, , X, 100, 1, 2, 8.0, 550.54, [N/A], Default, 00000000:01:00.0")]
    public void Read_QuotesALine_WhenItDescribesNoGpu(string line)
    {
        var read = SmiOutput.Read(line, "");

        Assert.Empty(read.Gpus);
        Assert.Equal($"the output cannot be parsed: '{line}'", read.Problem);
    }

    [Fact]
    public void Read_ReplacesAGpu_WithItsMigDevices()
    {
        const string Csv = "0, GPU-a, A100, 40536, 20, [N/A], 8.0, 550, Enabled, Default, x\n"
            + "1, GPU-b, A100, 40536, 20, 0, 8.0, 550, Disabled, Default, y\n";
        Assert.True(SmiOutput.HasMig(Csv));

        var read = SmiOutput.Read(Csv,
            """
            GPU 0: A100 (UUID: GPU-a)
              MIG 3g.20gb     Device  0: (UUID: MIG-one)
              MIG 1g.5gb+me   Device  1: (UUID: MIG-two)
            GPU 1: A100 (UUID: GPU-b)
            """);

        Assert.Equal(
            [("MIG-one", "A100 MIG 3g.20gb", 20480), ("MIG-two", "A100 MIG 1g.5gb+me", 5120), ("GPU-b", "A100", 40536)],
            read.Gpus.Select(static gpu => (gpu.Device.Uuid, gpu.Device.Name, gpu.Device.MemoryMiB)));
        Assert.Null(read.Gpus[0].UsedMiB);
    }

    [Fact]
    public void HasMig_IsFalse_WhenNoGpuIsInMigMode() =>
        Assert.False(SmiOutput.HasMig($"0, GPU-a, X, 1, 1, 2, 8.0, {Rest}"));

    private static GpuReading Only(string line) => Assert.Single(SmiOutput.Read(line, "").Gpus);
}
