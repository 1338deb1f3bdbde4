namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// Things that a test needs in addition to the repository. Most machines need not have them, but a machine whose
/// SBNN_EXPECT names one must have it.
/// </summary>
public static class Expected
{
    /// <summary>
    /// If the named thing is not available, skips the test, or fails the test if SBNN_EXPECT names the thing.
    /// </summary>
    public static void Demand(bool isHere, string name, string whyNot)
    {
        var expected = (Environment.GetEnvironmentVariable("SBNN_EXPECT") ?? "")
            .Split(',', StringSplitOptions.TrimEntries);
        Assert.False(!isHere && expected.Contains(name), $"SBNN_EXPECT names {name}, but {whyNot}");
        Assert.SkipUnless(isHere, whyNot);
    }
}
