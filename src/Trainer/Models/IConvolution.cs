using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>A layer that convolves: <see cref="Network.SetPrecision"/> reaches all of a network's.</summary>
public interface IConvolution
{
    /// <summary>What the layer multiplies in, whatever its parameters and its input are.</summary>
    PrecisionKind Precision { get; set; }
}
