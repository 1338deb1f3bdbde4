using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Tests.Unit.Api.Views;

namespace Sbnn.Sweeps.Tests.Unit.Dashboard;

/// <summary>Tests the text about what trials wait for.</summary>
public sealed class WaitCountsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Describe_CountsReasons_AndNamesTheFirstRetry()
    {
        TrialView[] trials =
        [
            Waiting(ReasonKind.Backoff, Now.AddSeconds(90)), Waiting(ReasonKind.FreeSlot),
            Waiting(ReasonKind.FreeSlot), Waiting(ReasonKind.FreeSlot), Waiting(ReasonKind.Backoff, Now.AddSeconds(20)),
        ];

        Assert.Equal("3 for a free slot, 2 to retry, the first in 20 s", WaitCounts.Of(trials, 5).Describe(Now));
        Assert.Equal(
            "3 for a free slot, 2 to retry, 7 more", WaitCounts.Of(trials, 12).Describe(Now.AddMinutes(5)));
        Assert.Equal("", WaitCounts.None.Describe(Now));
    }

    private static TrialView Waiting(ReasonKind kind, DateTimeOffset? notBefore = null) => new(
        ViewSamples.Trial(TrialState.Waiting) with { NotBefore = notBefore }, new TrialReason(kind, ""), Logs: null);
}
