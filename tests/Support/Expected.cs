namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// Programs, files and rights that some tests need in addition to the repository. Tests are skipped without them,
/// except on a machine whose variable SBNN_EXPECT names them: such a machine must have them.
/// </summary>
public static class Expected
{
    /// <summary>
    /// If the named requirement is not available, skips the test, or fails the test if SBNN_EXPECT names the
    /// requirement.
    /// </summary>
    public static void Require(bool isAvailable, string name, string whyNot)
    {
        var expected = (Environment.GetEnvironmentVariable("SBNN_EXPECT") ?? "")
            .Split(',', StringSplitOptions.TrimEntries);
        Assert.False(!isAvailable && expected.Contains(name), $"SBNN_EXPECT names {name}, but {whyNot}");
        Assert.SkipUnless(isAvailable, whyNot);
    }
}
