using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

public sealed class SlotBoardTests
{
    private readonly SlotBoard _board = new();

    [Fact]
    public void Without_a_node_there_is_no_slot() => Assert.Null(_board.FindFree());

    [Fact]
    public void The_node_with_most_free_slots_is_filled_first_and_its_lowest_slot()
    {
        _board.SetSlots("small", 1);
        _board.SetSlots("large", 3);

        Assert.Equal(["large/0", "large/1", "large/2", "small/0"], Fill(4).Order(StringComparer.Ordinal));
        Assert.Null(_board.FindFree());
    }

    [Fact]
    public void A_freed_slot_is_given_again_and_freeing_twice_frees_nothing()
    {
        _board.SetSlots("node", 2);
        Fill(2);

        Assert.True(_board.Free(Key(0)));
        Assert.False(_board.Free(Key(0)));
        Assert.Equal(new SlotBoard.Place("node", 0), _board.FindFree());
        Assert.Equal(1, _board.Occupied);
    }

    [Fact]
    public void A_node_that_shrank_gets_nothing_until_enough_of_its_slots_are_free()
    {
        _board.SetSlots("node", 3);
        Fill(3);
        _board.SetSlots("node", 1);

        _board.Free(Key(2));
        Assert.Null(_board.FindFree());
        _board.Free(Key(1));
        Assert.Null(_board.FindFree());
        _board.Free(Key(0));
        Assert.Equal(new SlotBoard.Place("node", 0), _board.FindFree());
    }

    [Fact]
    public void A_trial_found_running_after_a_restart_holds_its_slot_before_its_node_is_heard_of()
    {
        _board.Take(Key(0), new SlotBoard.Place("node", 1));
        Assert.Null(_board.FindFree());

        _board.SetSlots("node", 2);
        Assert.Equal(new SlotBoard.Place("node", 0), _board.FindFree());
    }

    [Fact]
    public void A_trial_that_runs_alone_gets_an_idle_node_and_that_node_gets_nothing_else_until_it_is_done()
    {
        _board.SetSlots("a", 1);
        _board.SetSlots("b", 2);
        _board.Take(Key(0), new SlotBoard.Place("a", 0));

        var alone = _board.FindIdle();
        Assert.Equal(new SlotBoard.Place("b", 0), alone);
        _board.Take(Key(1), alone!.Value, runsAlone: true);
        Assert.Null(_board.FindFree());
        Assert.Equal(0, _board.FreeSlots);

        _board.Free(Key(1));
        Assert.Equal(new SlotBoard.Place("b", 0), _board.FindFree());
    }

    [Fact]
    public void While_no_node_is_idle_the_one_that_is_nearest_to_it_is_emptied_and_kept_to_the_end()
    {
        _board.SetSlots("a", 2);
        _board.SetSlots("b", 3);
        foreach (var (trial, place) in (List<(int, SlotBoard.Place)>)[(0, new("a", 0)), (1, new("b", 0)), (2, new("b", 1))]) _board.Take(Key(trial), place);

        Assert.Null(_board.FindIdle());
        Assert.Equal(new SlotBoard.Place("b", 2), _board.FindFree()); // Not a's second slot.
        _board.Free(Key(1));
        _board.Free(Key(2));
        Assert.Null(_board.FindIdle()); // The choice stands, so that a stream of short trials cannot move it on and on.
        _board.Free(Key(0));
        Assert.Equal(new SlotBoard.Place("a", 0), _board.FindIdle());

        _board.StopEmptying();
        Assert.Equal(5, _board.FreeSlots);
    }

    [Fact]
    public void A_trial_found_running_alone_after_a_restart_keeps_its_node_for_itself()
    {
        _board.Take(Key(0), new SlotBoard.Place("node", 0), runsAlone: true);
        _board.SetSlots("node", 4);

        Assert.Null(_board.FindFree());
        Assert.Null(_board.FindIdle());
    }

    private List<string> Fill(int count)
    {
        var places = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var place = _board.FindFree()!.Value;
            _board.Take(Key(i), place);
            places.Add($"{place.Node}/{place.Slot}");
        }

        return places;
    }

    private static TrialKey Key(int number) => new(number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(64, '0'));
}
