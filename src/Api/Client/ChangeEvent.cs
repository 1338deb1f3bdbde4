using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>The server-sent events about changes. Later versions may add more.</summary>
public static class ChangeEvent
{
    /// <summary>
    /// A sweep or a trial has changed. Data: <see cref="TrialChanges"/> for a sweep, <see cref="Trial"/> for a trial.
    /// </summary>
    public const string Changed = "changed";

    /// <summary>A trial has trained another epoch. Data: <see cref="RecordedEpoch"/>.</summary>
    public const string Epoch = "epoch";
}
