using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Silo.Home;

/// <summary>Facts about a home that are not in its ledger.</summary>
/// <param name="home">The home.</param>
/// <param name="hasHead">Returns whether a head runs on the home.</param>
/// <param name="nodes">The head's nodes; null when they are not known.</param>
/// <param name="waiting">What trials wait for; null when that is not known.</param>
public sealed class HomeFacts(
    HomeFolder home, Func<bool> hasHead, NodeViews? nodes = null, WaitingBoard? waiting = null) : IHomeFacts
{
    /// <summary>Creates the facts that any process can read from a home's files.</summary>
    public HomeFacts(HomeFolder home)
        : this(home, () => home.TryFindHead(out _))
    {
    }

    /// <summary>Creates the facts that only the head has.</summary>
    /// <param name="home">The home.</param>
    /// <param name="nodes">The nodes; null when they are not known.</param>
    /// <param name="waiting">What trials wait for.</param>
    public static HomeFacts OfHead(HomeFolder home, NodeViews? nodes, WaitingBoard waiting) =>
        new(home, static () => true, nodes, waiting);

    /// <inheritdoc/>
    public bool HasHead() => hasHead();

    /// <inheritdoc/>
    public string? WhyNoSlots() => nodes?.WhyNoSlots();

    /// <inheritdoc/>
    public WaitReason? WhyWaits(TrialProgress trial) => waiting?.Find(trial);

    /// <inheritdoc/>
    public bool IsTraining(AttemptId attempt) => FileLock.IsHeld(FolderOf(attempt).Lock);

    /// <inheritdoc/>
    public string LogsOf(AttemptId attempt) => FolderOf(attempt).Path;

    /// <inheritdoc/>
    public string WeightsOf(AttemptId attempt, bool isLast) => home.WeightsOf(attempt, isLast);

    private AttemptFolder FolderOf(AttemptId attempt) => AttemptFolder.Of(home.Trials, attempt.Trial, attempt.Attempt);
}
