using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>A trial of a sweep, for display.</summary>
/// <param name="Progress">The trial's state and progress.</param>
/// <param name="Reason">Why the trial is in this state; null when the trial is finished or trains.</param>
/// <param name="Logs">The folder of the current attempt's logs; null before the first attempt.</param>
public sealed record TrialView(TrialProgress Progress, TrialReason? Reason, string? Logs);
