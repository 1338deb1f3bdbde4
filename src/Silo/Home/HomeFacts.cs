using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Silo.Home;

/// <summary>Facts about a home that are not in its ledger.</summary>
/// <param name="trials">The folder of the attempts' folders.</param>
/// <param name="hasHead">Returns whether a head runs on the home.</param>
/// <param name="nodes">The head's nodes; null when they are not known.</param>
/// <param name="waiting">What trials wait for; null when that is not known.</param>
public sealed class HomeFacts(
    string trials, Func<bool> hasHead, NodeViews? nodes = null, WaitingBoard? waiting = null) : IHomeFacts
{
    /// <summary>Creates the facts that any process can read from a home's files.</summary>
    public HomeFacts(HomeFolder home)
        : this(home.Trials, () => home.TryFindHead(out _))
    {
    }

    /// <summary>Creates the facts that only the head has.</summary>
    /// <param name="trials">The folder of the attempts' folders.</param>
    /// <param name="nodes">The nodes; null when they are not known.</param>
    /// <param name="waiting">What trials wait for.</param>
    public static HomeFacts OfHead(string trials, NodeViews? nodes, WaitingBoard waiting) =>
        new(trials, static () => true, nodes, waiting);

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

    private AttemptFolder FolderOf(AttemptId attempt) => AttemptFolder.Of(trials, attempt.Trial, attempt.Attempt);
}
