using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// The memory of a float32 or bfloat16 tensor on the CPU, as rows of channels (channels last). It is valid until the
/// tensor is disposed.
/// </summary>
/// <param name="Pointer">The address of the first element; 0 for an absent tensor.</param>
/// <param name="Count">The number of elements.</param>
/// <param name="Channels">The number of elements per row; 1 when the channels do not matter.</param>
/// <param name="IsBFloat16">True for bfloat16, false for float32.</param>
internal readonly unsafe partial record struct ChannelRows(nint Pointer, long Count, int Channels, bool IsBFloat16)
{
    /// <summary>False for the default value, which stands for an absent tensor.</summary>
    public bool IsPresent => Pointer != 0;

    public float* Singles => (float*)Pointer;

    public ushort* BFloats => (ushort*)Pointer;

    /// <summary>The number of rows: images × positions.</summary>
    public long Rows => Count / Channels;

    /// <summary>
    /// True when the fused kernels support a tensor: float32 or bfloat16, on the CPU, and not too large for one span.
    /// All other tensors use torch's own operations (<see cref="PlainPath"/>).
    /// </summary>
    public static bool IsSupported(Tensor tensor) =>
        tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && tensor.device_type == TorchSharp.DeviceType.CPU
        && tensor.numel() <= int.MaxValue / sizeof(float) && !PlainPath.IsForced;

    /// <summary>
    /// The memory of an [n, c, h, w] tensor, which must have its channels last; see <see cref="ToChannelsLast"/>.
    /// </summary>
    public static ChannelRows Of(Tensor images) => IsChannelsLast(images)
        ? new(DataOf(images.Handle), images.numel(), (int)images.size(1), images.dtype == bfloat16)
        : throw new ArgumentException("the channels are not last", nameof(images));

    /// <summary>The memory of a contiguous tensor of any shape, as one sequence of numbers.</summary>
    public static ChannelRows Flat(Tensor contiguous) =>
        new(PointerOf(contiguous), contiguous.numel(), 1, contiguous.dtype == bfloat16);

    /// <summary>
    /// The memory of a tensor that is contiguous, or [n, c, h, w] with channels last, as one sequence of numbers.
    /// </summary>
    public static ChannelRows Dense(Tensor tensor) =>
        tensor.is_contiguous() ? Flat(tensor) : Of(tensor) with { Channels = 1 };

    /// <summary>True when an [n, c, h, w] tensor has its channels last and no gaps.</summary>
    public static bool IsChannelsLast(Tensor images)
    {
        var (channels, height, width) = (images.size(1), images.size(2), images.size(3));
        return Steps(1, 1) && Steps(3, channels) && Steps(2, width * channels) && Steps(0, height * width * channels);

        bool Steps(int dimension, long elements) => images.stride(dimension) == elements || images.size(dimension) == 1;
    }

    /// <summary>
    /// Returns the [n, c, h, w] tensor with channels last: a new tensor object on the same memory, or on a copy.
    /// </summary>
    public static Tensor ToChannelsLast(Tensor images)
    {
        if (IsChannelsLast(images)) return images.alias();
        using var permuted = images.permute(0, 2, 3, 1);
        using var rows = permuted.contiguous();
        return rows.permute(0, 3, 1, 2);
    }

    /// <summary>
    /// Returns a new uninitialised tensor of the same shape with channels last, of the given type or else of the same
    /// type.
    /// </summary>
    public static Tensor EmptyLike(Tensor images, ScalarType? type = null) =>
        Empty(images.size(0), images.size(1), images.size(2), images.size(3), type ?? images.dtype);

    /// <summary>Returns a new uninitialised tensor [n, c, h, w] with channels last.</summary>
    public static Tensor Empty(long n, long c, long h, long w, ScalarType type)
    {
        using var rows = empty(n, h, w, c, dtype: type);
        return rows.permute(0, 3, 1, 2);
    }

    /// <summary>Returns a new float32 vector with the given values.</summary>
    public static Tensor Vector(double[] values)
    {
        var vector = empty(values.Length, dtype: float32);
        var to = Flat(vector).Singles;
        for (var i = 0; i < values.Length; i++) to[i] = (float)values[i];
        return vector;
    }

    // The memory is native, so its address does not change. (The property bytes throws when the tensor is not
    // contiguous.)
    private static nint PointerOf(Tensor contiguous) =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(contiguous.bytes));

    // The native function behind the property bytes. The property refuses tensors with channels last, and creating a
    // contiguous view for it would take longer than many kernels.
    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint DataOf(nint tensor);
}
