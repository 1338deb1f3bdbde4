using System.Diagnostics;

namespace Sbnn.Sweeps.Tests.Scalars;

/// <summary>
/// Repeats pieces of work that must always return the same numbers, while another thread collects garbage, and reports
/// exceptions and different numbers.
/// </summary>
internal static class Stress
{
    private const int EnoughFailures = 20;

    /// <summary>
    /// Runs each piece once without garbage collections, and then all pieces in turn for the given duration, or until
    /// 20 runs have failed.
    /// </summary>
    public static StressOutcome Run(IReadOnlyList<(string Name, Func<double[]> Work)> pieces, TimeSpan duration)
    {
        var expected = pieces.Select(static piece => piece.Work()).ToList();
        var failures = new List<string>();
        var done = 0;
        var clock = Stopwatch.StartNew();
        using var collector = new Collector();
        while (clock.Elapsed < duration && failures.Count < EnoughFailures)
        {
            var (name, work) = pieces[done % pieces.Count];
            if (WhyFailed(work, expected[done % pieces.Count]) is { } reason) failures.Add($"{name}: {reason}");
            done++;
        }

        return new StressOutcome(done, collector.Count, failures);
    }

    private static string? WhyFailed(Func<double[]> work, double[] expected)
    {
        try
        {
            var actual = work();
            var first = expected.AsSpan().CommonPrefixLength(actual);
            if (first == expected.Length) return null;
            return FormattableString.Invariant($"{actual[first]:R} instead of {expected[first]:R}");
        }
        catch (Exception error)
        {
            return error.Message.Split('\n')[0];
        }
    }
}

/// <summary>The outcome of a <see cref="Stress"/>.</summary>
/// <param name="Done">The number of completed runs of pieces of work.</param>
/// <param name="Collections">The number of garbage collections during these runs.</param>
/// <param name="Failures">The failed pieces with their errors.</param>
internal sealed record StressOutcome(int Done, int Collections, IReadOnlyList<string> Failures)
{
    public override string ToString() =>
        $"{Done} pieces of work, {Collections} garbage collections, {Failures.Count} failures";
}
