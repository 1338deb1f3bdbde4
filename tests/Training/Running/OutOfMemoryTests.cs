using Sbnn.Sweeps.Trainer.Running;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Training.Running;

public sealed class OutOfMemoryTests
{
    [Fact]
    public void Torch_s_own_error_is_recognised_and_others_are_not()
    {
        Assert.True(Attempt.IsOutOfMemory(Assert.ThrowsAny<Exception>(() => empty(1L << 50))));
        Assert.False(Attempt.IsOutOfMemory(Assert.ThrowsAny<Exception>(() => empty(2, 3).reshape(4, 4))));
    }
}
