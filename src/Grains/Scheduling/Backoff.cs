namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>How long a trial waits after failures.</summary>
internal static class Backoff
{
    /// <summary>The wait after a number of failures. It doubles with each failure, up to the longest wait.</summary>
    /// <param name="failures">The number of attempts that caused their own failure, including the last one.</param>
    /// <param name="first">The wait after the first failure.</param>
    /// <param name="longest">The longest wait.</param>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        var seconds = first.TotalSeconds * Math.Pow(2, Math.Max(0, failures - 1));
        return seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
    }
}
