using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Running;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// These tests run alone, because the exception of a backward function is stored in a field of the whole process.
/// </summary>
[Collection(nameof(OutOfMemoryTests))]
[CollectionDefinition(nameof(OutOfMemoryTests), DisableParallelization = true)]
public sealed class OutOfMemoryTests
{
    public static TheoryData<string> BackwardFunctions { get; } =
        [.. typeof(BackwardGuard).Assembly.GetTypes().Where(IsAutogradFunction).Select(static type => type.FullName!)];

    [Fact]
    public void IsOutOfMemory_IsTrue_OnlyForOutOfMemoryErrors()
    {
        Assert.True(Attempt.IsOutOfMemory(Assert.ThrowsAny<Exception>(() => empty(1L << 50))));
        Assert.False(Attempt.IsOutOfMemory(Assert.ThrowsAny<Exception>(() => empty(2, 3).reshape(4, 4))));
    }

    [Fact]
    public void Run_ThrowsOutOfMemoryAndRecovers_WhenABackwardPassRunsOutOfMemory()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, requires_grad: true);

        var error = Assert.ThrowsAny<Exception>(() =>
            BackwardGuard.Run(
                LargeAllocation.Apply(SignFunction.Apply(x * 2, new SignSurrogate(1, 1)), 1L << 50).sum()));
        Assert.True(Attempt.IsOutOfMemory(error), error.ToString());

        BackwardGuard.Run(LargeAllocation.Apply(x * 2, 3).sum());
        Assert.Equal([2f, 2f, 2f], x.grad!.data<float>().ToArray());
    }

    // torch ends the process when an exception leaves a backward function, so each function must catch its exceptions.
    // The test passes no context, so that each function's body throws immediately.
    [Theory]
    [MemberData(nameof(BackwardFunctions))]
    public void Backward_ThrowsNoException_FromAnyOfOurFunctions(string name)
    {
        var type = typeof(BackwardGuard).Assembly.GetType(name)!;
        var backward = type.GetMethods()
            .Single(static method => method.Name == "backward" && method.DeclaringType == method.ReflectedType);

        var gradients = (List<Tensor>)backward.Invoke(Activator.CreateInstance(type, nonPublic: true), [null, null])!;

        Assert.NotEmpty(gradients);
        Assert.All(gradients, Assert.Null);
        Assert.Throws<NullReferenceException>(() => BackwardGuard.Run(ones(1, requires_grad: true).sum()));
    }

    private static bool IsAutogradFunction(Type type) =>
        !type.IsAbstract && type.BaseType is { IsGenericType: true } function
        && function.Name.EndsWith("TensorFunction`1", StringComparison.Ordinal);

    /// <summary>The identity function, whose backward pass allocates the given number of elements.</summary>
    private sealed class LargeAllocation : autograd.SingleTensorFunction<LargeAllocation>
    {
        public override string Name => nameof(LargeAllocation);

        public static Tensor Apply(Tensor x, long elements) => apply(x, elements);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("elements", vars[1]);
            return ((Tensor)vars[0]).clone();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            BackwardGuard.Gradients(2, grad_output, () =>
        {
            using var scratch = empty((long)ctx.get_data("elements"));
            return [grad_output.clone(), null!];
        });
    }
}
