using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>A trial as it is seen through a sweep.</summary>
/// <param name="Progress">Where it stands.</param>
/// <param name="Reason">Why it stands there; null when that needs no reason.</param>
/// <param name="Logs">The folder of its current attempt's logs; null before the first.</param>
public sealed record TrialView(TrialProgress Progress, TrialReason? Reason, string? Logs);
