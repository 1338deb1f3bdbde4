namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// What a test needs beside the clone: a user's machine need not have it, one that SBNN_EXPECT speaks of must.
/// </summary>
public static class Expected
{
    /// <summary>Where it is not here, skips the test, or fails it if SBNN_EXPECT names it.</summary>
    public static void Demand(bool isHere, string name, string whyNot)
    {
        var expected = (Environment.GetEnvironmentVariable("SBNN_EXPECT") ?? "")
            .Split(',', StringSplitOptions.TrimEntries);
        Assert.False(!isHere && expected.Contains(name), $"SBNN_EXPECT names {name}, but {whyNot}");
        Assert.SkipUnless(isHere, whyNot);
    }
}
