using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Benchmarks.Step;

/// <summary>
/// The step that others are measured against: the same network and training in torch's operations one by one, in float32 and torch's
/// default memory order, as one would first write it and as the authors' code does. For widths that fill vector registers (16, 32, …):
/// libtorch's convolutions in that order are wrong for others.
/// </summary>
internal sealed class PlainStep : IDisposable
{
    private const double Bound = 1.5;
    private static readonly SignSurrogate Surrogate = new(0.46, 2.2);

    private readonly List<Parameter> _parameters = [];
    private readonly List<Parameter> _binaryWeights = [];
    private readonly List<Func<Tensor, Tensor>> _layers = [];
    private readonly optim.Optimizer _adam;

    public PlainStep(int width)
    {
        var stem = Weight(width, 3, 3);
        var stemNorm = Norm(width);
        _layers.Add(x => stemNorm(nn.functional.conv2d(x, stem, padding: [1, 1])));
        var channels = width;
        for (var block = 0; block < 8; block++)
        {
            var outChannels = width << (block / 2);
            AddBlock(channels, outChannels, outChannels == channels ? 1 : 2);
            channels = outChannels;
        }

        var (norm, linear) = (nn.BatchNorm1d(channels), nn.Linear(channels, 10));
        _parameters.AddRange([.. norm.parameters(), .. linear.parameters()]);
        _layers.Add(x => linear.forward(norm.forward(nn.functional.avg_pool2d(x, 4).flatten(1))).log_softmax(1));
        _adam = optim.Adam(_parameters, 1e-3);
    }

    public double Run(Tensor images, Tensor labels, Mixing mixing)
    {
        using var scope = NewDisposeScope();
        _adam.zero_grad();
        var output = _layers.Aggregate(mixing.Mix(images), (x, layer) => layer(x));
        var loss = mixing.Loss(output, labels);
        var fraction = (double)_binaryWeights.Sum(w => w.gt(0).sum().item<long>()) / _binaryWeights.Sum(w => w.numel());
        loss.backward();
        using (no_grad())
        {
            foreach (var weight in _binaryWeights) weight.grad!.add_(1e-9 * fraction);
            _adam.step();
            foreach (var weight in _binaryWeights) weight.clamp_(-Bound, Bound);
        }

        return loss.item<float>();
    }

    public void Dispose() => _adam.Dispose();

    private void AddBlock(int inChannels, int outChannels, int stride)
    {
        var (first, second) = (BinaryConvolution(inChannels, outChannels, stride), BinaryConvolution(outChannels, outChannels, 1));
        var (firstNorm, secondNorm) = (Norm(outChannels), Norm(outChannels));
        Func<Tensor, Tensor> shortcut = x => x;
        if (stride != 1)
        {
            var (weight, norm) = (Weight(outChannels, inChannels, 1), Norm(outChannels));
            shortcut = x => norm(nn.functional.conv2d(x.slice(2, 0, x.shape[2], stride).slice(3, 0, x.shape[3], stride).contiguous(), weight));
        }

        // In place, for TorchSharp 0.107's plain hardtanh gives its input back unchanged.
        _layers.Add(x => secondNorm(second(firstNorm(first(x)).hardtanh_(-1, 1))).add(shortcut(x)).hardtanh_(-1, 1));
    }

    private Func<Tensor, Tensor> BinaryConvolution(int inChannels, int outChannels, int stride)
    {
        var weight = Weight(outChannels, inChannels, 3);
        var (tau, phi) = (new Parameter(ones([])), new Parameter(zeros([])));
        _parameters.AddRange([tau, phi]);
        _binaryWeights.Add(weight);
        return x => nn.functional.conv2d(
            SignFunction.Apply(x, Surrogate), SignFunction.Apply(weight, Surrogate).mul(tau).add(phi), strides: [stride, stride], padding: [1, 1]);
    }

    private Parameter Weight(int outChannels, int inChannels, int kernel)
    {
        _parameters.Add(new Parameter(rand(outChannels, inChannels, kernel, kernel).sub_(0.5).mul_(0.1)));
        return _parameters[^1];
    }

    private Func<Tensor, Tensor> Norm(int channels)
    {
        var norm = nn.BatchNorm2d(channels);
        _parameters.AddRange(norm.parameters());
        return norm.forward;
    }
}
