using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Benchmarks.Step;

/// <summary>
/// The lower limit of a step's time: the binary layers' convolutions, forward and backward to both operands, on
/// prepared tensors. Layers of equal shape share their tensors, which are used once for each such layer.
/// </summary>
internal sealed class ConvolutionsAlone(Network network, int batch, ScalarType type) : IDisposable
{
    private readonly List<(Tensor X, Tensor Weight, Tensor Gradient, int Stride, int Times)> _layers =
    [
        .. network.BinaryLayers.GroupBy(layer => layer.Shape).Select(same =>
        {
            using var scope = NewDisposeScope();
            var shape = same.Key;
            var (x, weight, gradient) = (
                Random(batch, shape.InChannels, shape.OutputHeight * shape.Stride, shape.OutputWidth * shape.Stride),
                Random(shape.OutChannels, shape.InChannels, 3, 3),
                Random(batch, shape.OutChannels, shape.OutputHeight, shape.OutputWidth));
            return (x.requires_grad_().MoveToOuterDisposeScope(), weight.requires_grad_().MoveToOuterDisposeScope(),
                gradient.MoveToOuterDisposeScope(), shape.Stride, same.Count());

            Tensor Random(params long[] sizes) => ChannelsLast.Of(randn(sizes).sign()).to(type);
        }),
    ];

    public void Run()
    {
        foreach (var (x, weight, gradient, stride, times) in _layers)
        {
            for (var i = 0; i < times; i++)
            {
                using var scope = NewDisposeScope();
                var y = Convolution.Apply(x, weight, stride);
                _ = autograd.grad([y], [x, weight], [gradient]);
            }
        }
    }

    public void Dispose()
    {
        foreach (var (x, weight, gradient, _, _) in _layers)
        {
            x.Dispose();
            weight.Dispose();
            gradient.Dispose();
        }
    }
}
