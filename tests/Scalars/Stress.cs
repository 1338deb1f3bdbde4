using System.Diagnostics;

namespace Sbnn.Sweeps.Tests.Scalars;

/// <summary>
/// Repeats pieces of work that always give the same numbers while another thread collects, and tells what went
/// otherwise.
/// </summary>
internal static class Stress
{
    private const int EnoughFailures = 20;

    /// <summary>Does each piece undisturbed, then all in turn for so long, or until they failed often enough.</summary>
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

/// <summary>What a <see cref="Stress"/> found.</summary>
/// <param name="Done">Pieces of work done.</param>
/// <param name="Collections">Collections meanwhile.</param>
/// <param name="Failures">What went wrong in which piece.</param>
internal sealed record StressOutcome(int Done, int Collections, IReadOnlyList<string> Failures)
{
    public override string ToString() => $"{Done} pieces of work, {Collections} collections, {Failures.Count} failures";
}
