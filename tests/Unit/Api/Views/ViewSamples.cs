using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Api.Views;

/// <summary>Sample trials of a ledger page.</summary>
internal static class ViewSamples
{
    public static TrialProgress Trial(TrialState state) => new()
    {
        Key = default,
        Spec = new TrialSpec(),
        State = state,
        Order = 0,
        Attempt = 0,
        Epoch = 0,
        Correct = 0,
        Total = 0,
        Ones = 0,
        Weights = 0,
    };
}

/// <summary>Facts about a home that a test chooses.</summary>
internal sealed record FakeFacts(
    bool Head, bool Trainer = false, string? NoSlots = null, WaitReason? Waits = null, string Weights = "") : IHomeFacts
{
    public bool HasHead() => Head;

    public string? WhyNoSlots() => NoSlots;

    public WaitReason? WhyWaits(TrialProgress trial) => Waits;

    public bool IsTraining(AttemptId attempt) => Trainer;

    public string LogsOf(AttemptId attempt) => $"/trials/{attempt.Attempt}";

    public string WeightsOf(AttemptId attempt, bool isLast) => Path.Combine(Weights, isLast ? "last" : "best");
}
