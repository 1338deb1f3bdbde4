using Sbnn.Sweeps.Tests.Scalars;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// Alone, for it collects once a millisecond. <c>tests/Scalars</c> does the same for longer, with whole training
/// steps. In a Debug build this finds scalars that TorchSharp makes inside; those of our own calls then live until
/// the end of their method, and only a Release build drops them.
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
