using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Silo.Devices;

namespace Sbnn.Sweeps.Tests.Unit.Cli;

public sealed class GpuCapacityTests
{
    private static readonly TrialSpec Small = new() { Width = 8 }, Large = new() { Width = 64 };
    private static readonly ShapePeak[] Peaks = [Peak(Small, 1000), Peak(Large, 9000)];

    private static readonly NodeGpus Gpus = new(
        [Gpu("a", "A100"), Gpu("b", "A100"), Gpu("c", "T4")], SlotsPerGpu: 3, ReserveMiB: 1024);

    [Fact]
    public void Of_CountsTrialsThatFit_AndOneForAnUnmeasuredShape()
    {
        Assert.Equal(3 + 3 + 1, GpuCapacity.Of(Gpus, Peaks, [Small, Small]));
        Assert.Equal(1 + 1 + 1, GpuCapacity.Of(Gpus, Peaks, [Small, Large]));
        Assert.Equal(3, GpuCapacity.Of(Gpus, Peaks[..1], [Small, Large]));
        Assert.Equal(3, GpuCapacity.Of(Gpus, [], []));
    }

    private static GpuDevice Gpu(string uuid, string model) => new(uuid, 0, model, 16384, "8.0", "550");

    private static ShapePeak Peak(TrialSpec trial, int peak) => new(TrialShape.Of(trial), "A100", peak);
}
