namespace Sbnn.Sweeps.Tests.Support;

/// <summary>Waits for conditions, so that tests need no fixed waiting times.</summary>
public static class Eventually
{
    /// <summary>Returns when the condition holds; fails the test when it does not within two minutes.</summary>
    /// <param name="condition">The condition, checked every 20 ms.</param>
    /// <param name="what">What the test waits for, for the failure message: "the trainer to exit", "the first
    /// epoch".</param>
    public static Task UntilAsync(Func<bool> condition, string what) =>
        UntilAsync(() => Task.FromResult(condition()), TimeSpan.FromMilliseconds(20), what);

    /// <summary>
    /// Returns when a condition that takes some time to check holds; fails the test when it does not within two
    /// minutes.
    /// </summary>
    /// <param name="condition">The condition, checked every 100 ms.</param>
    /// <param name="what">What the test waits for, for the failure message: "the trainer to exit", "the first
    /// epoch".</param>
    public static Task UntilAsync(Func<Task<bool>> condition, string what) =>
        UntilAsync(condition, TimeSpan.FromMilliseconds(100), what);

    private static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan every, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(every);
        try
        {
            while (!await condition()) await tick.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"timed out after two minutes while waiting for {what}");
        }
    }
}
