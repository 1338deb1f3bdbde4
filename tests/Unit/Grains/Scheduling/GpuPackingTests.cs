using System.Globalization;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

/// <summary>Tests how trials share GPUs, and the reasons that are shown for waiting trials.</summary>
public sealed class GpuPackingTests
{
    private const string Model = "A100";
    private static readonly NodeName A = new("a"), B = new("b");

    private readonly SlotBoard _board = new();

    [Fact]
    public void FindFree_UsesEveryGpu_BeforeSharingAny()
    {
        Offer(A, Gpu("a0"), Gpu("a1"));
        Offer(B, Gpu("b0"));
        SetPeak("s", 2000);

        Assert.Equal(["a/a0/0", "a/a1/0", "b/b0/0", "a/a0/1"], Fill("s", 4));
    }

    [Fact]
    public void FindFree_LeavesALargerGpu_ToTrialsThatNeedIt()
    {
        Offer(A, Gpu("a0", memory: 16384), Gpu("a1", memory: 8192));
        SetPeak("s", 2000);

        Assert.Equal(["a/a1/0", "a/a0/0"], Fill("s", 2));
    }

    [Fact]
    public void FindFree_PrefersAGpu_WhenBothKindsAreAllowed()
    {
        Offer(A, cpu: 2, Gpu("a0", slots: 1));

        Assert.Equal(["a/a0/0", "a/cpu/0"], Fill("s", 2));
    }

    [Theory]
    [InlineData(DeviceKind.Cpu, "a/cpu/0")]
    [InlineData(DeviceKind.Gpu, "a/a0/0")]
    public void FindFree_UsesOnlyTheRequestedKind(DeviceKind device, string expected)
    {
        Offer(A, cpu: 1, Gpu("a0"));

        Assert.Equal(expected, Format(_board.FindFree(Demand("s") with { Device = device })));
    }

    [Fact]
    public void FindFree_PrefersTheDeviceClass_OfTheCheckpoint()
    {
        Offer(A, cpu: 1, Gpu("a0"));
        _board.SetOffer(B, NodeOffer.OfCpu(1) with { DeviceClass = "cpu-2" });

        Assert.Equal("b/cpu/0", Format(_board.FindFree(Demand("s") with { ResumesOn = "cpu-2" })));
        Assert.Equal("a/a0/0", Format(_board.FindFree(Demand("s"))));
    }

    [Fact]
    public void FindFree_AcceptsADeviceOfUnknownClass_ButNoneOfAnotherClass()
    {
        _board.SetOffer(A, NodeOffer.OfCpu(1) with { DeviceClass = "cpu-1" });
        var demand = Demand("s") with { ResumesOn = "cpu-2", IsOwnClassOnly = true };

        Assert.Null(_board.FindFree(demand));
        Assert.Equal(
            "for a device of class 'cpu-2', on which its checkpoint resumes; after a while the trial starts over on "
                + "another class",
            WaitWording.Explain(demand, _board).Words);
        _board.SetOffer(B, NodeOffer.OfCpu(1));
        Assert.Equal("b/cpu/0", Format(_board.FindFree(demand)));
    }

    [Fact]
    public void FindFree_UsesAnEmptyGpu_WhenTheTrialIsNotMeasured()
    {
        Offer(A, Gpu("a0"));
        SetPeak("known", 100);
        Fill("new", 1);

        Assert.Null(_board.FindFree(Demand("known")));
        SetPeak("new", 100);
        Assert.Equal("a/a0/1", Format(_board.FindFree(Demand("known"))));
        // The shape of the other trial is not measured either, so that trial must wait, too.
        Assert.Null(_board.FindFree(Demand("other")));
    }

    [Fact]
    public void FindFree_FillsAGpu_AsFarAsMemoryAllows()
    {
        // The GPU has 8192 − 1024 MiB for trials: enough for three trials of 2 × 1.1 GiB, but not for four.
        Offer(A, Gpu("a0", slots: 9));
        SetPeak("s", 2048);

        Assert.Equal(["a/a0/0", "a/a0/1", "a/a0/2"], Fill("s", 4));
    }

    [Fact]
    public void FindFree_RespectsTheSlots_WhenMemoryIsLeft()
    {
        Offer(A, Gpu("a0", slots: 2));
        SetPeak("s", 10);

        Assert.Equal(2, Fill("s", 3).Count);
    }

    [Fact]
    public void FindFree_UsesTheSpecsMemory_WhenNothingIsMeasured()
    {
        Offer(A, Gpu("a0"));
        Occupy(0, "s", memory: 3000);

        Assert.Equal("a/a0/1", Format(_board.FindFree(Demand("s") with { MemoryMiB = 3000 })));
        Assert.Null(_board.FindFree(Demand("s") with { MemoryMiB = 5000 }));
        Assert.Null(_board.FindFree(Demand("s")));
    }

    [Fact]
    public void FindFree_UsesTheLargestEmptyGpu_WhenTheTrialRanOutOfMemory()
    {
        Offer(A, Gpu("a0"), Gpu("a1", memory: 16384), Gpu("a2", memory: 32768));
        SetPeak("s", 100);
        _board.Occupy(Trial(0, "s"), new SlotAddress(A, 0, "a2"));
        var place = _board.FindFree(RanOut("s"))!.Value;
        _board.Occupy(Trial(1, "s") with { RanOutOn = DeviceKind.Gpu }, place);

        Assert.Equal("a/a1/0", Format(place));
        // Other trials may still start on the node's other GPU.
        Assert.Equal("a/a0/0", Format(_board.FindFree(Demand("s"))));
    }

    [Fact]
    public void FindFree_SkipsAGpu_WhenOtherProgramsUseIt()
    {
        Offer(A, Gpu("a0") with { OtherProgramsMiB = 501 }, Gpu("a1") with { OtherProgramsMiB = 500 });

        Assert.Equal("a/a1/0", Format(_board.FindFree(Demand("s"))));
        Assert.Equal(3, _board.FreeSlots);
    }

    [Fact]
    public void SetOffer_KeepsATrialOnItsGpu_WhenTheGpuIsNoLongerOffered()
    {
        Offer(A, Gpu("a0"));
        Fill("s", 1);
        Offer(A);

        Assert.Equal((1, 0), (_board.Occupied, _board.FreeSlots));
        _board.Free(Trial(0, "s").Key, new SlotAddress(A, 0, "a0"));
        Assert.Equal((0, "a: 0 slots, 0 alone, "), (_board.Occupied, string.Join('\n', _board.Devices)));
    }

    [Fact]
    public void FindNearest_ReturnsTheGpu_WithMostFreeMemory()
    {
        Offer(A, Gpu("a0"), Gpu("a1", memory: 16384));
        SetPeak("s", 5000);
        Fill("s", 3);

        Assert.Equal("a1", _board.FindNearest(Demand("s"))!.Uuid);
    }

    [Fact]
    public void Explain_NamesTheNeededMemory_AndTheMostThatIsFree()
    {
        Offer(A, Gpu("a0"));
        Offer(B, Gpu("b0", memory: 16384));
        SetPeak("s", 5000);
        SetPeak("large", 9000);
        _board.Occupy(Trial(0, "s"), new SlotAddress(A, 0, "a0"));
        _board.Occupy(Trial(1, "s"), new SlotAddress(B, 0, "b0"));

        Assert.Equal(
            (WaitCause.GpuMemory, "for 9.7 GiB of GPU memory; the most that is free is 9.6 GiB, on node b"),
            Explain(Demand("large")));
    }

    [Fact]
    public void Explain_NamesOtherPrograms_WhenTheyUseTheGpusMemory()
    {
        Offer(A, Gpu("a0") with { OtherProgramsMiB = 2048 });

        Assert.Equal(
            (WaitCause.NoDevice,
                "for a GPU; GPU a0 of node a is skipped, because other programs use 2 GiB of its memory"),
            Explain(Demand("s") with { Device = DeviceKind.Gpu }));
    }

    [Fact]
    public void Explain_NamesWhatIsMissing_WhenATrialCannotStart()
    {
        Offer(A, cpu: 1);
        Assert.Equal(
            (WaitCause.NoDevice, "for a GPU: no node offers one"),
            Explain(Demand("s") with { Device = DeviceKind.Gpu }));

        Offer(A, Gpu("a0"));
        Assert.Equal(
            (WaitCause.NoDevice, "for a CPU slot: no node offers one"),
            Explain(Demand("s") with { Device = DeviceKind.Cpu }));
        Assert.Equal(
            (WaitCause.GpuMemory, "for 10 GiB of GPU memory; the largest GPU has 8 GiB, on node a"),
            Explain(Demand("s") with { MemoryMiB = 10240 }));

        Fill("s", 1);
        Assert.Equal(
            (WaitCause.IdleDevice, "for an empty GPU, because the memory that such trials need is not measured yet"),
            Explain(Demand("s")));
        Assert.Equal(
            (WaitCause.IdleDevice, "for an empty GPU, because the trial ran out of memory"), Explain(RanOut("s")));
        Assert.Equal(
            (WaitCause.IdleDevice, "for an empty GPU, because its sweep requires exclusive devices"),
            Explain(Demand("s") with { IsExclusive = true }));

        SetPeak("s", 100);
        Fill("s", 2);
        Assert.Equal((WaitCause.FreeSlot, "for a free slot"), Explain(Demand("s")));

        _board.SetLackedImages(A, ["images"]);
        Assert.Equal(
            (WaitCause.NoDevice, "for a node that has its images, or can get them"),
            Explain(Demand("s") with { Images = "images" }));
    }

    private (WaitCause, string) Explain(TrialDemand demand)
    {
        Assert.Null(_board.FindFree(demand));
        var reason = WaitWording.Explain(demand, _board);
        return (reason.Cause, reason.Words);
    }

    private List<string?> Fill(string shape, int trials)
    {
        var places = new List<string?>();
        for (var i = 0; i < trials && _board.FindFree(Demand(shape)) is { } place; i++)
        {
            _board.Occupy(Trial(_board.Occupied, shape), place);
            places.Add(Format(place));
        }

        return places;
    }

    private void Occupy(int trial, string shape, int memory) =>
        _board.Occupy(Trial(trial, shape) with { MemoryMiB = memory }, new SlotAddress(A, 0, "a0"));

    private void SetPeak(string shape, int peak) => _board.Peaks.Set(new ShapePeak(new TrialShape(shape), Model, peak));

    private void Offer(NodeName node, params GpuOffer[] gpus) => Offer(node, 0, gpus);

    private void Offer(NodeName node, int cpu, params GpuOffer[] gpus) =>
        _board.SetOffer(node, new NodeOffer(cpu, gpus));

    private static GpuOffer Gpu(string uuid, int slots = 3, int memory = 8192) =>
        new(uuid, Model, memory, slots) { ReserveMiB = 1024 };

    private static TrialDemand Demand(string shape) => TrialDemand.Of(Trial(0, shape));

    private static TrialDemand RanOut(string shape) =>
        TrialDemand.Of(Trial(0, shape) with { RanOutOn = DeviceKind.Gpu });

    private static ScheduledTrial Trial(int number, string shape) => new()
    {
        Key = new(number.ToString(CultureInfo.InvariantCulture).PadLeft(64, '0')),
        Sweep = "sweep",
        Priority = 0,
        Order = number,
        Attempt = 0,
        Shape = shape,
    };

    private static string? Format(SlotAddress? place) =>
        place is { } found ? $"{found.Node}/{found.Gpu ?? "cpu"}/{found.Slot}" : null;
}
