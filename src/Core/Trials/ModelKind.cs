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

    /// <summary>
    /// ReActNet-A in ImageNet's layout: 13 blocks of a binary 3×3 and one or two binary 1×1 convolutions, 31 binary
    /// layers (Table 4).
    /// </summary>
    [JsonStringEnumMemberName("reactnet-a")]
    ReActNetA = 2,

    /// <summary>ReActNet-18 in ImageNet's layout: a 7×7 stem and 16 blocks of one binary 3×3 convolution.</summary>
    [JsonStringEnumMemberName("reactnet18-imagenet")]
    ReActNet18ImageNet = 3,

    /// <summary>
    /// Bi-Real-Net-18 in ImageNet's layout: the blocks of ReActNet-18 without learned shifts and PReLU.
    /// </summary>
    [JsonStringEnumMemberName("bi-real-net18")]
    BiRealNet18 = 4,

    /// <summary>XNOR-Net's ResNet-18 in ImageNet's layout: 16 binary 3×3 convolutions.</summary>
    [JsonStringEnumMemberName("xnor-resnet18")]
    XnorResNet18 = 5,

    /// <summary>ResNet-18 in ImageNet's layout, with real weights and activations.</summary>
    [JsonStringEnumMemberName("resnet18-imagenet")]
    ResNet18ImageNet = 6,

    /// <summary>
    /// ResNet-34 in ImageNet's layout, with real weights and activations: the teacher of ReActNet-A.
    /// </summary>
    [JsonStringEnumMemberName("resnet34-imagenet")]
    ResNet34ImageNet = 7,

    /// <summary>
    /// MobileNetV1 in ImageNet's layout, with real weights and activations: 13 depthwise separable convolutions.
    /// </summary>
    [JsonStringEnumMemberName("mobilenet-v1")]
    MobileNetV1 = 8,
}

/// <summary>The properties of a <see cref="ModelKind"/>.</summary>
public static class ModelKindExtensions
{
    /// <summary>
    /// True for networks in ImageNet's layout, whose image size is a hyperparameter. The other networks are built for
    /// images of 32×32 pixels.
    /// </summary>
    public static bool IsForImageNet(this ModelKind model) => model is not (ModelKind.ResNet18 or ModelKind.ReActNet18);

    /// <summary>True for networks whose stem has half as many channels as the first stage.</summary>
    public static bool HasHalfStem(this ModelKind model) => model is ModelKind.ReActNetA or ModelKind.MobileNetV1;
}
