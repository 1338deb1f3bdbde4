using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Silo.Trust;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Api.Views;

/// <summary>Tests the shown states of nodes, and the reasons why waiting trials cannot start.</summary>
public sealed class NodeViewsTests : IDisposable
{
    private static readonly NodeName Name = new("gpu-1");
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly NodeBoard _board = new();
    private readonly NodeRegistry _registry;
    private readonly NodeViews _views;

    public NodeViewsTests()
    {
        _registry = new NodeRegistry(_folder.In("nodes.json"), gateway: null, _time);
        _views = new NodeViews(_registry, _board, _time);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhyNoSlots_ReportsThatNoNodeHasJoined() =>
        Assert.Equal("no node has joined", _views.WhyNoSlots());

    [Fact]
    public void WhyNoSlots_IsNull_WhileANodeIsReady()
    {
        ReportNode();

        Assert.Null(_views.WhyNoSlots());
        Assert.Equal((NodeState.Ready, (string?)null), (_views.Find("gpu-1")!.State, _views.Find("gpu-1")!.Reason));
    }

    [Fact]
    public void WhyNoSlots_NamesTheOnlyNode_WhenItIsSilent()
    {
        ReportNode();
        _time.Advance(TimeSpan.FromSeconds(12));

        Assert.Equal("node gpu-1: no contact for 12 s", _views.WhyNoSlots());
        Assert.Equal(NodeState.Silent, _views.Find("gpu-1")!.State);
    }

    [Fact]
    public void WhyNoSlots_NamesTheCommand_WhenTheOnlyNodeIsDraining()
    {
        ReportNode();
        _registry.Drain(Name, isDraining: true);

        Assert.Equal("node gpu-1 is draining; `sbnn drain gpu-1 --undo` lets it take trials again",
            _views.WhyNoSlots());
    }

    [Fact]
    public void WhyNoSlots_CountsTheNodes_WhenSeveralAcceptNoTrials()
    {
        ReportNode();
        _registry.Drain(Name, isDraining: true);
        _board.Record(new HeardNode(new("gpu-2"), "0.1.0", NodeOffer.OfCpu(1), _time.GetUtcNow()) { HasLeft = true });

        Assert.Equal("none of 2 nodes accepts trials; `sbnn nodes` shows why", _views.WhyNoSlots());
        Assert.Equal(
            [("gpu-1", NodeState.Draining, "the node is draining"),
                ("gpu-2", NodeState.Away, "the node has left the cluster")],
            _views.List().Select(static node => (node.Name.Value, node.State, node.Reason)));
    }

    [Fact]
    public void Find_ReportsTheRefusal_OfAnotherNodeWithTheSameName()
    {
        _board.Record(new HeardNode(Name, "0.1.0", NodeOffer.OfCpu(2), _time.GetUtcNow())
        {
            RefusalOfOther = "its name is taken",
        });

        var node = _views.Find("gpu-1")!;

        Assert.Equal((NodeState.Ready, "another node with this name was refused: its name is taken"),
            (node.State, node.Reason));
        Assert.Null(_views.WhyNoSlots());
    }

    private void ReportNode() => _board.Record(new HeardNode(Name, "0.1.0", NodeOffer.OfCpu(2), _time.GetUtcNow()));
}
