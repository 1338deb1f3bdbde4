namespace Sbnn.Sweeps.Core.Trials;

/// <summary>One try at a trial. Only reports of a trial's latest attempt change the trial.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Attempt">1, 2, ….</param>
public readonly record struct AttemptId(TrialKey Trial, int Attempt)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Trial.Short}/{Attempt}";
}
