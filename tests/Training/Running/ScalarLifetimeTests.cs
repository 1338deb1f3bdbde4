using Sbnn.Sweeps.Tests.Scalars;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// Runs without other tests in parallel, because it collects garbage once per millisecond. <c>tests/Scalars</c> does
/// the same for longer, with whole training steps. A Debug build only finds scalars that TorchSharp creates internally;
/// those of our own calls then live until the end of their method, and only a Release build collects them earlier.
/// </summary>
[Collection(nameof(ScalarLifetimeTests))]
[CollectionDefinition(nameof(ScalarLifetimeTests), DisableParallelization = true)]
public sealed class ScalarLifetimeTests
{
    [Fact]
    public void Operations_GiveTheSameNumbers_WhileAnotherThreadCollects()
    {
        var outcome = Stress.Run(ScalarOperations.Pieces, TimeSpan.FromSeconds(8));
        Assert.True(outcome.Failures.Count == 0, $"{outcome}: {string.Join("; ", outcome.Failures.Distinct())}");
    }
}
