namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// Identifies one attempt to train a trial. Only reports about a trial's latest attempt change the trial.
/// </summary>
/// <param name="Trial">The trial.</param>
/// <param name="Attempt">The attempt's number: 1, 2, ….</param>
public readonly record struct AttemptId(TrialKey Trial, int Attempt)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Trial.Short}/{Attempt}";
}
