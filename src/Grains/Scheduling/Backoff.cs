namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>How long a trial waits after failures.</summary>
internal static class Backoff
{
    /// <summary>The wait after so many failures: twice as long each time, up to the longest.</summary>
    /// <param name="failures">Attempts that failed by themselves, this one included.</param>
    /// <param name="first">The wait after the first.</param>
    /// <param name="longest">No wait is longer.</param>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        var seconds = first.TotalSeconds * Math.Pow(2, Math.Max(0, failures - 1));
        return seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
    }
}
