using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The network that a trial trains.</summary>
public enum ModelKind
{
    /// <summary>
    /// Binarised ResNet-18 in IR-Net's style for 32×32 images: 16 binary 3×3 convolutions (Sec. 4.1).
    /// </summary>
    [JsonStringEnumMemberName("resnet18")]
    ResNet18 = 0,

    /// <summary>
    /// ReActNet-18 for 32×32 images: 16 blocks with one binary 3×3 convolution each (Sec. 4.2, CIFAR-100).
    /// </summary>
    [JsonStringEnumMemberName("reactnet18")]
    ReActNet18 = 1,
}
