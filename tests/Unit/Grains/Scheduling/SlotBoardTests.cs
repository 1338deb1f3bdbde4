using System.Globalization;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

public sealed class SlotBoardTests
{
    private const string Images = "d1";
    private readonly SlotBoard _board = new();

    [Fact]
    public void FindFree_ReturnsNull_WithoutNodes() => Assert.Null(_board.FindFree(Demand()));

    [Fact]
    public void FindFree_FillsTheEmptiestNode_FromItsLowestSlot()
    {
        _board.SetOffer(new NodeName("small"), NodeOffer.OfCpu(1));
        _board.SetOffer(new NodeName("large"), NodeOffer.OfCpu(3));

        Assert.Equal(["large/0", "large/1", "large/2", "small/0"], Enumerable.Range(0, 4).Select(Fill)
            .Order(StringComparer.Ordinal));
        Assert.Null(_board.FindFree(Demand()));
    }

    [Fact]
    public void Free_MakesTheSlotAvailable()
    {
        _board.SetOffer(new NodeName("node"), NodeOffer.OfCpu(2));
        Fill(0);
        Fill(1);

        _board.Free(Key(0), Place("node", 0));

        Assert.Equal(Place("node", 0), _board.FindFree(Demand()));
        Assert.Equal(1, _board.Occupied);
    }

    [Fact]
    public void SetOffer_LeavesNoFreeSlot_UntilAShrunkenNodeHasRoom()
    {
        _board.SetOffer(new NodeName("node"), NodeOffer.OfCpu(2));
        Fill(0);
        Fill(1);
        _board.SetOffer(new NodeName("node"), NodeOffer.OfCpu(1));

        _board.Free(Key(1), Place("node", 1));
        Assert.Null(_board.FindFree(Demand()));
        _board.Free(Key(0), Place("node", 0));
        Assert.Equal(Place("node", 0), _board.FindFree(Demand()));
    }

    [Fact]
    public void Occupy_HoldsASlot_BeforeItsNodeHasReported()
    {
        _board.Occupy(Trial(0), Place("node", 1));
        Assert.Null(_board.FindFree(Demand()));

        _board.SetOffer(new NodeName("node"), NodeOffer.OfCpu(2));
        Assert.Equal(Place("node", 0), _board.FindFree(Demand()));
    }

    [Fact]
    public void Occupy_BlocksTheWholeCpu_WhenTheTrialRunsAlone()
    {
        _board.SetOffer(new NodeName("node"), NodeOffer.OfCpu(4));
        _board.Occupy(Trial(0) with { RanOutOn = DeviceKind.Cpu }, Place("node", 0));

        Assert.Null(_board.FindFree(Demand()));
        Assert.Equal(0, _board.FreeSlots);
        Assert.False(_board.IsFree(Place("node", 1), Trial(1)));
    }

    [Fact]
    public void FindFree_SkipsAReservedDevice()
    {
        _board.SetOffer(new NodeName("a"), NodeOffer.OfCpu(3));
        _board.SetOffer(new NodeName("b"), NodeOffer.OfCpu(1));

        var reserved = new Reservations();
        reserved.Add(_board.FindNearest(Alone)!);

        Assert.Equal(Place("b", 0), _board.FindFree(Demand(), reserved));
    }

    [Fact]
    public void FindNearest_PrefersTheDeviceWithFewestTrials()
    {
        _board.SetOffer(new NodeName("a"), NodeOffer.OfCpu(3));
        _board.SetOffer(new NodeName("b"), NodeOffer.OfCpu(1));
        _board.Occupy(Trial(0), Place("a", 0));

        Assert.Equal(new NodeName("b"), _board.FindNearest(Alone)!.Node);
    }

    [Fact]
    public void FindFree_SkipsNodes_ThatLackTheImages()
    {
        _board.SetOffer(new NodeName("a"), NodeOffer.OfCpu(3));
        _board.SetOffer(new NodeName("b"), NodeOffer.OfCpu(1));

        _board.SetLackedImages(new NodeName("a"), [Images]);
        Assert.Equal((Place("b", 0), Place("a", 0)),
            (_board.FindFree(Demand()), _board.FindFree(Demand("d2"))));
        Assert.Equal(new NodeName("b"), _board.FindNearest(Alone)!.Node);

        _board.AddLackedImages(new NodeName("b"), Images);
        Assert.Null(_board.FindFree(Demand()));
        Assert.Null(_board.FindNearest(Alone));

        _board.SetLackedImages(new NodeName("b"), []);
        Assert.Equal(Place("b", 0), _board.FindFree(Demand()));
    }

    private string Fill(int trial)
    {
        var place = _board.FindFree(Demand())!.Value;
        _board.Occupy(Trial(trial), place);
        return $"{place.Node}/{place.Slot}";
    }

    private static TrialDemand Alone => Demand() with { RanOut = true };

    private static TrialDemand Demand(string images = Images) => TrialDemand.Of(Trial(0) with { Images = images });

    private static ScheduledTrial Trial(int number) =>
        new() { Key = Key(number), Sweep = "sweep", Priority = 0, Order = number, Attempt = 0, Images = Images };

    private static SlotAddress Place(string node, int slot) => new(new NodeName(node), slot);

    private static TrialKey Key(int number) => new(number.ToString(CultureInfo.InvariantCulture).PadLeft(64, '0'));
}
