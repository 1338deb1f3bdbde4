using Sbnn.Sweeps.Tests.Scalars;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// Tests that scalars stay alive while torch reads them. The test runs alone, because it collects garbage every
/// millisecond. <c>tests/Scalars</c> does the same for longer, with whole training steps. A Debug build tests only
/// scalars that TorchSharp creates internally: scalars of our own calls then live until the end of their method, and
/// only a Release build may collect them earlier.
/// </summary>
[Collection(nameof(ScalarLifetimeTests))]
[CollectionDefinition(nameof(ScalarLifetimeTests), DisableParallelization = true)]
public sealed class ScalarLifetimeTests
{
    [Fact]
    public void Operations_ReturnTheSameNumbers_DuringGarbageCollections()
    {
        var outcome = Stress.Run(ScalarOperations.Pieces, TimeSpan.FromSeconds(8));
        Assert.True(outcome.Failures.Count == 0, $"{outcome}: {string.Join("; ", outcome.Failures.Distinct())}");
    }
}
