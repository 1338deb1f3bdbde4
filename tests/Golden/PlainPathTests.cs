using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// Repeats the tests of networks and their parts with the operations that are used on GPUs and for float64
/// (<see cref="PlainPath"/>) instead of the fused passes.
/// </summary>
public static class PlainPathTests
{
    public sealed class Switch
    {
        [Fact]
        public void FusedPasses_AreNotUsed_WhileThePlainPathIsForced()
        {
            using var one = zeros(1);
            using (PlainPath.Force()) Assert.False(ChannelRows.IsSupported(one));
            Assert.True(ChannelRows.IsSupported(one));
        }
    }

    public sealed class Trajectory : TrajectoryTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    public sealed class ReAct : ReActTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    public sealed class ReActA : ReActABlockTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    public sealed class BiReal : BiRealBlockTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    public sealed class Domain : DomainTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    public sealed class IrNet : IrNetTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    public sealed class Subbit : SubbitTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    public sealed class Penalty : PenaltyTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    public sealed class ClosedForm : ClosedFormTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    public sealed class SignOfZero : SignOfZeroTests, IDisposable
    {
        private readonly IDisposable _plain = PlainPath.Force();

        public void Dispose() => _plain.Dispose();
    }

    /// <summary>
    /// Compares each block on the same input. Over several blocks, a rounding that changes one sign would change the
    /// whole output.
    /// </summary>
    public sealed class Blocks
    {
        public static MatrixTheoryData<MethodKind, int> Cases => new(Enum.GetValues<MethodKind>(), [1, 2, 8]);

        [Theory]
        [MemberData(nameof(Cases))]
        public void Forward_AgreesWithFloat64_InFloat32(MethodKind method, int width)
        {
            using var scope = NewDisposeScope();
            using var plain = PlainPath.Force();
            foreach (var model in Enum.GetValues<ModelKind>().Where(model => method.IsFor(model)))
            {
                if (model.HasHalfStem() && width % 2 != 0) continue;
                var (single, exact) =
                    (BlocksOf(model, method, width, float32), BlocksOf(model, method, width, float64));
                var x = ConvolutionAgreementTests.Noise(1, 4, model.HasHalfStem() ? width / 2 : width, 16, 16);
                foreach (var (one, reference) in single.Zip(exact))
                {
                    var next = reference.forward(x);
                    var off = (one.forward(x.to(float32)).to(float64) - next).norm() / next.norm();
                    Assert.True(off.item<double>() < 1e-4,
                        $"{model}: {reference.GetName()}: off by {off.item<double>():E1}");
                    x = next;
                }
            }
        }

        private static List<nn.Module<Tensor, Tensor>> BlocksOf(
            ModelKind model, MethodKind method, int width, ScalarType type)
        {
            var network = Networks.Create(new TrialSpec { Model = model, Method = method, Width = width }, 10);
            var random = new Random(1);
            network.Initialise((_, values) =>
            {
                for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
            });
            NetworkAgreementTests.AvoidTies(network);
            network.to(type);
            network.SetEpoch(1, 3);
            network.train();
            return [.. network.named_children()
                .Where(static child => child.name.StartsWith("block", StringComparison.Ordinal))
                .Select(static child => (nn.Module<Tensor, Tensor>)child.module)];
        }
    }

    /// <summary>Tests backward functions on a thread without a dispose scope, where torch runs them on a GPU.</summary>
    public sealed class BackwardThread
    {
        public static TheoryData<MethodKind> Methods => [.. Enum.GetValues<MethodKind>()];

        [Theory]
        [MemberData(nameof(Methods))]
        public void Backward_LeavesNoTensorForTheGarbageCollector_OnAnotherThread(MethodKind method)
        {
            using var scope = NewDisposeScope();
            using var plain = PlainPath.Force();
            foreach (var model in Enum.GetValues<ModelKind>().Where(model => method.IsFor(model)))
            {
                var network = Networks.Create(new TrialSpec { Model = model, Method = method, Width = 2 }, 10);
                network.Initialise((_, values) => values.Fill(0.4f));
                network.SetEpoch(1, 3);
                network.train();
                var x = ConvolutionAgreementTests.Noise(1, 4, 3, 32, 32).to(float32);
                var loss = nn.functional.nll_loss(network.forward(x), tensor(new long[] { 1, 2, 3, 4 }));

                var left = OnThread(() => BackwardGuard.Run(loss));

                Assert.True(left == 0, $"{model}: {left} tensors are left for the next garbage collection");
                Assert.All(network.parameters().Where(static parameter => parameter.requires_grad),
                    static parameter => Assert.NotNull(parameter.grad));
            }
        }

        private static long OnThread(Action run)
        {
            var left = -1L;
            var thread = new Thread(() =>
            {
                run();
                left = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
            });
            thread.Start();
            thread.Join();
            return left;
        }
    }
}
