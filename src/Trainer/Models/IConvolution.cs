using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A layer with a convolution. <see cref="Network.SetPrecision"/> sets the precision of all such layers of a network.
/// </summary>
public interface IConvolution
{
    /// <summary>
    /// The type to which the convolution converts its operands, whatever the type of its parameters and input.
    /// </summary>
    PrecisionKind Precision { get; set; }
}
