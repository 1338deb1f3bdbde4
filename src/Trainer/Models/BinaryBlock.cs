using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A block of a <see cref="ReActNet"/>. It begins with the signs of its input, which the block before it can compute
/// together with its own output.
/// </summary>
public abstract class BinaryBlock(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The binary layers, in forward order.</summary>
    public abstract IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <summary>The real convolutions of the shortcut; empty when there are none.</summary>
    public abstract IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <summary>The sign of the block's input.</summary>
    internal abstract RSign Sign { get; }

    /// <summary>x: [batch, in, h, w]. Returns [batch, out, h/stride, w/stride].</summary>
    public override Tensor forward(Tensor input) => training && ChannelRows.IsSupported(input)
        ? ForwardFused(input, SignsOf(input), next: null).X
        : ForwardPlain(input, SignsOf(input));

    /// <summary>Returns the first binary layer's input, of the type in which the layer computes.</summary>
    internal Tensor SignsOf(Tensor input) =>
        Sign.Sign(input, Convolution.TypeOf(BinaryLayers[0], BinaryLayers[0].Weight));

    /// <summary>
    /// Like <see cref="forward"/> in training mode, but with fewer passes over memory. From x and its signs it computes
    /// x and the signs for the next block.
    /// </summary>
    /// <param name="x">[batch, in, h, w].</param>
    /// <param name="signs">The signs of x, of the type in which the first binary layer computes.</param>
    /// <param name="next">The sign of the next block's input; null without a next block.</param>
    internal abstract (Tensor X, Tensor? Signs) ForwardFused(Tensor x, Tensor signs, RSign? next);

    /// <summary>Like <see cref="forward"/>, with torch's own operations.</summary>
    private protected abstract Tensor ForwardPlain(Tensor x, Tensor signs);
}
