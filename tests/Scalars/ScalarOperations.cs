using Sbnn.Sweeps.Trainer.Method;
using static Sbnn.Sweeps.Trainer.Method.Scalars;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Scalars;

/// <summary>
/// The trainer's operations with scalars, repeated many times on tensors of one number, so that most of the time is
/// spent on passing scalars to torch. A scalar that is not kept alive makes these operations fail within seconds, but
/// whole training steps only within a minute.
/// </summary>
internal static class ScalarOperations
{
    private const int Repetitions = 1000;

    /// <summary>
    /// One piece of work for each operation, which repeats the operation 1000 times and returns all results.
    /// </summary>
    public static IReadOnlyList<(string Name, Func<double[]> Work)> Pieces { get; } =
    [
        Piece("x + y", static x => x.Plus(x)),
        Piece("x += y", static x => x.Plus_(x)),
        Piece("x + factor·y", static x => x.Plus(x, 0.25)),
        Piece("x += factor·y", static x => x.Plus_(x, 0.25)),
        Piece("x + whole number", static x => x.Plus(3)),
        Piece("x += number", static x => x.Plus_(0.25)),
        Piece("x -= number", static x => x.Minus_(0.25)),
        Piece("x · number", static x => x.Times(0.25)),
        Piece("x · whole number", static x => x.Times(3L)),
        Piece("x *= number", static x => x.Times_(-0.5)),
        Piece("x / number", static x => x.Over(4)),
        Piece("x /= number", static x => x.Over_(-2)),
        Piece("x += factor·x·x", static x => x.PlusProduct_(x, x, 0.25)),
        Piece("x += factor·x/x", static x => x.PlusRatio_(x, x, 0.25)),
        Piece("x within bounds", static x => x.Bound_(0.25)),
        Piece("x with a number in its place", static x => x.Fill_(x.gt(Zero), 0.25)),
        Piece("x > number", static x => x.IsAbove(0.25).to(float64)),
        Piece("x ≥ number", static x => x.IsAtLeast(0.25).to(float64)),
        Piece("range", static x => Range(3, x.device).sum().to(float64)),
        ("counting batches", CountBatches),
    ];

    private static (string Name, Func<double[]> Work) Piece(string name, Func<Tensor, Tensor> operation) =>
        (name, () => Repeat(operation));

    private static double[] Repeat(Func<Tensor, Tensor> operation)
    {
        using var scope = NewDisposeScope();
        var x = ones([], float64);
        var results = new double[Repetitions];
        for (var i = 0; i < results.Length; i++)
        {
            using var inner = NewDisposeScope();
            results[i] = operation(x).item<double>();
        }

        return results;
    }

    private static double[] CountBatches()
    {
        using var norm = nn.BatchNorm1d(1);
        for (var i = 0; i < Repetitions; i++) norm.CountBatch();
        return [norm.num_batches_tracked!.item<long>()];
    }
}
