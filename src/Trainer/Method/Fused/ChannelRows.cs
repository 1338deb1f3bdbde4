using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// The memory of a float32 or bfloat16 tensor on the CPU as rows of channels (channels last). Valid while the tensor
/// lives.
/// </summary>
/// <param name="Pointer">The first element; 0 for a tensor that is absent.</param>
/// <param name="Count">The number of elements.</param>
/// <param name="Channels">Elements per row; 1 for memory without channels.</param>
/// <param name="IsBFloat16">True for bfloat16, false for float32.</param>
internal readonly unsafe partial record struct ChannelRows(nint Pointer, long Count, int Channels, bool IsBFloat16)
{
    /// <summary>False for the default value, which stands for an absent tensor.</summary>
    public bool IsPresent => Pointer != 0;

    public float* Singles => (float*)Pointer;

    public ushort* BFloats => (ushort*)Pointer;

    /// <summary>Rows: images × positions.</summary>
    public long Rows => Count / Channels;

    /// <summary>
    /// True when the fused kernels support a tensor: float32 or bfloat16 on the CPU, of a size that fits in one span.
    /// All other tensors use torch's own operations (<see cref="PlainPath"/>).
    /// </summary>
    public static bool CanHold(Tensor tensor) =>
        tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && tensor.device_type == TorchSharp.DeviceType.CPU
        && tensor.numel() <= int.MaxValue / sizeof(float) && !PlainPath.IsForced;

    /// <summary>
    /// The memory of an [n, c, h, w] tensor, which must have its channels last; see <see cref="Ordered"/>.
    /// </summary>
    public static ChannelRows Of(Tensor images) => AreOrdered(images)
        ? new(DataOf(images.Handle), images.numel(), (int)images.size(1), images.dtype == bfloat16)
        : throw new ArgumentException("the channels are not last", nameof(images));

    /// <summary>The memory of a contiguous tensor of any shape, without channels.</summary>
    public static ChannelRows Flat(Tensor contiguous) =>
        new(PointerOf(contiguous), contiguous.numel(), 1, contiguous.dtype == bfloat16);

    /// <summary>
    /// The memory of a tensor that is contiguous, or [n, c, h, w] with channels last, as one sequence of numbers.
    /// </summary>
    public static ChannelRows Dense(Tensor tensor) =>
        tensor.is_contiguous() ? Flat(tensor) : Of(tensor) with { Channels = 1 };

    /// <summary>True when an [n, c, h, w] tensor has its channels last and no gaps.</summary>
    public static bool AreOrdered(Tensor images)
    {
        var (channels, height, width) = (images.size(1), images.size(2), images.size(3));
        return Steps(1, 1) && Steps(3, channels) && Steps(2, width * channels) && Steps(0, height * width * channels);

        bool Steps(int dimension, long elements) => images.stride(dimension) == elements || images.size(dimension) == 1;
    }

    /// <summary>The [n, c, h, w] tensor with channels last: a new wrapper around it, or around a copy.</summary>
    public static Tensor Ordered(Tensor images)
    {
        if (AreOrdered(images)) return images.alias();
        using var permuted = images.permute(0, 2, 3, 1);
        using var rows = permuted.contiguous();
        return rows.permute(0, 3, 1, 2);
    }

    /// <summary>
    /// A new uninitialised tensor of the same shape, channels last; of the same type unless another is given.
    /// </summary>
    public static Tensor EmptyLike(Tensor images, ScalarType? type = null) =>
        Empty(images.size(0), images.size(1), images.size(2), images.size(3), type ?? images.dtype);

    /// <summary>A new uninitialised tensor [n, c, h, w], channels last.</summary>
    public static Tensor Empty(long n, long c, long h, long w, ScalarType type)
    {
        using var rows = empty(n, h, w, c, dtype: type);
        return rows.permute(0, 3, 1, 2);
    }

    /// <summary>A new float32 vector of these values.</summary>
    public static Tensor Vector(double[] values)
    {
        var vector = empty(values.Length, dtype: float32);
        var to = Flat(vector).Singles;
        for (var i = 0; i < values.Length; i++) to[i] = (float)values[i];
        return vector;
    }

    // The memory is native, so its address does not move. (The property throws when the tensor is not contiguous.)
    private static nint PointerOf(Tensor contiguous) =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(contiguous.bytes));

    // The function that the property also calls. The property refuses channels that are last, and a view without them
    // would cost more than many kernels.
    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint DataOf(nint tensor);
}
