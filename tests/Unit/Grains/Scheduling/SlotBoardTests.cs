using System.Globalization;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

public sealed class SlotBoardTests
{
    private const string Images = "d1";
    private readonly SlotBoard _board = new();

    [Fact]
    public void FindFree_IsNull_WithoutANode() => Assert.Null(_board.FindFree(reserved: null, Images));

    [Fact]
    public void FindFree_FillsTheEmptiestNode_FromItsLowestSlot()
    {
        _board.SetSlots(new NodeName("small"), 1);
        _board.SetSlots(new NodeName("large"), 3);

        Assert.Equal(["large/0", "large/1", "large/2", "small/0"], Enumerable.Range(0, 4).Select(Fill).Order(StringComparer.Ordinal));
        Assert.Null(_board.FindFree(reserved: null, Images));
    }

    [Fact]
    public void Free_GivesTheSlotBack()
    {
        _board.SetSlots(new NodeName("node"), 2);
        Fill(0);
        Fill(1);

        _board.Free(Key(0), Place("node", 0), runsAlone: false);

        Assert.Equal(Place("node", 0), _board.FindFree(reserved: null, Images));
        Assert.Equal(1, _board.Occupied);
    }

    [Fact]
    public void SetSlots_GivesNothing_UntilAShrunkenNodeHasRoom()
    {
        _board.SetSlots(new NodeName("node"), 2);
        Fill(0);
        Fill(1);
        _board.SetSlots(new NodeName("node"), 1);

        _board.Free(Key(1), Place("node", 1), runsAlone: false);
        Assert.Null(_board.FindFree(reserved: null, Images));
        _board.Free(Key(0), Place("node", 0), runsAlone: false);
        Assert.Equal(Place("node", 0), _board.FindFree(reserved: null, Images));
    }

    [Fact]
    public void Take_HoldsASlot_BeforeItsNodeHasReported()
    {
        _board.Take(Key(0), Place("node", 1), runsAlone: false);
        Assert.Null(_board.FindFree(reserved: null, Images));

        _board.SetSlots(new NodeName("node"), 2);
        Assert.Equal(Place("node", 0), _board.FindFree(reserved: null, Images));
    }

    [Fact]
    public void Take_KeepsTheWholeNode_ForATrialThatRunsAlone()
    {
        _board.SetSlots(new NodeName("node"), 4);
        _board.Take(Key(0), Place("node", 0), runsAlone: true);

        Assert.Null(_board.FindFree(reserved: null, Images));
        Assert.Null(_board.FindEmptiest(Images));
        Assert.Equal(0, _board.FreeSlots);
        Assert.False(_board.IsFree(Place("node", 1), runsAlone: false));
    }

    [Fact]
    public void FindFree_PassesOverTheReservedNode()
    {
        _board.SetSlots(new NodeName("a"), 3);
        _board.SetSlots(new NodeName("b"), 1);

        Assert.Equal(Place("b", 0), _board.FindFree(new NodeName("a"), Images));
    }

    [Fact]
    public void FindEmptiest_PrefersTheNodeWithFewestTrials()
    {
        _board.SetSlots(new NodeName("a"), 3);
        _board.SetSlots(new NodeName("b"), 1);
        _board.Take(Key(0), Place("a", 0), runsAlone: false);

        Assert.Equal(new NodeName("b"), _board.FindEmptiest(Images));
    }

    [Fact]
    public void FindFree_PassesOverNodes_ThatLackTheImages()
    {
        _board.SetSlots(new NodeName("a"), 3);
        _board.SetSlots(new NodeName("b"), 1);

        _board.SetLackedImages(new NodeName("a"), [Images]);
        Assert.Equal((Place("b", 0), Place("a", 0)),
            (_board.FindFree(reserved: null, Images), _board.FindFree(reserved: null, "d2")));
        Assert.Equal(new NodeName("b"), _board.FindEmptiest(Images));

        _board.AddLackedImages(new NodeName("b"), Images);
        Assert.Null(_board.FindFree(reserved: null, Images));
        Assert.False(_board.HasNodeFor(Images));

        _board.SetLackedImages(new NodeName("b"), []);
        Assert.Equal(Place("b", 0), _board.FindFree(reserved: null, Images));
    }

    private string Fill(int trial)
    {
        var place = _board.FindFree(reserved: null, Images)!.Value;
        _board.Take(Key(trial), place, runsAlone: false);
        return $"{place.Node}/{place.Slot}";
    }

    private static SlotPlace Place(string node, int slot) => new(new NodeName(node), slot);

    private static TrialKey Key(int number) => new(number.ToString(CultureInfo.InvariantCulture).PadLeft(64, '0'));
}
