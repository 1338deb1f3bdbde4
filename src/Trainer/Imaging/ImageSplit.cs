using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// The images of one split that a trial uses, as bytes on the trial's device. On the CPU the tensor is the cached file,
/// mapped into memory, so trainers on one machine share its pages. The tensors belong to the dispose scope in which the
/// split was created. The caller must have checked the requested number of images (<see
/// cref="Core.Protocol.ImageCompatibility"/>).
/// </summary>
internal sealed class ImageSplit
{
    private readonly long[] _rows;
    private readonly int _classes;
    private readonly ushort[] _classOf;
    private readonly Tensor _labels;

    /// <param name="images">The dataset.</param>
    /// <param name="split">The split.</param>
    /// <param name="limit">The number of images, the first of each class, equally many per class; null for all.</param>
    /// <param name="device">The device that holds the bytes.</param>
    public ImageSplit(PreparedImages images, Split split, int? limit, Device device)
    {
        var labels = images.LabelsOf(split);
        _classes = images.Classes.Count;
        _classOf = labels.ToArray();
        var imageBytes = 3L * images.Height * images.Width;
        var offset = images.PixelsPosition
            + (split == Split.Train ? 0 : images.LabelsOf(Split.Train).Length * imageBytes);
        _rows = Choose(labels, _classes, limit);
        Pixels = from_file(images.Path, shared: false, size: offset + (labels.Length * imageBytes),
            dtype: ScalarType.Byte)
            .narrow(0, offset, labels.Length * imageBytes)
            .view(labels.Length, 3, images.Height, images.Width)
            .to(device);
        _labels = tensor(Array.ConvertAll(_classOf, label => (long)label)).to(device);
    }

    private ImageSplit(ImageSplit whole, long[] rows)
    {
        (_classes, _classOf, _labels, Pixels) = (whole._classes, whole._classOf, whole._labels, whole.Pixels);
        _rows = rows;
    }

    /// <summary>The number of images used.</summary>
    public int Count => _rows.Length;

    /// <summary>All images of the split: bytes, [images, 3, height, width].</summary>
    public Tensor Pixels { get; }

    /// <summary>Returns some of the used images: bytes [batch, 3, h, w] and labels [batch], int64.</summary>
    /// <param name="which">The positions of the images among the used ones: 0 … <see cref="Count"/> − 1.</param>
    public (Tensor Pixels, Tensor Labels) Gather(ReadOnlySpan<long> which)
    {
        var rows = new long[which.Length];
        for (var i = 0; i < rows.Length; i++) rows[i] = _rows[which[i]];
        using var index = tensor(rows).UploadTo(Pixels.device);
        return (Pixels.index_select(0, index), _labels.index_select(0, index));
    }

    /// <summary>
    /// Splits the used images into two parts: the last images/classes of each class are held out, the others are kept.
    /// Both parts share the bytes.
    /// </summary>
    /// <param name="images">The number of images held out.</param>
    public (ImageSplit Kept, ImageSplit HeldOut) HoldOut(int images)
    {
        var left = new int[_classes];
        foreach (var row in _rows) left[_classOf[row]]++;
        var held = images / _classes;
        var (kept, heldOut) = (new List<long>(), new List<long>());
        foreach (var row in _rows) (left[_classOf[row]]-- > held ? kept : heldOut).Add(row);
        return (new ImageSplit(this, [.. kept]), new ImageSplit(this, [.. heldOut]));
    }

    /// <summary>The rows of the first limit/classes images of each class, in the split's own order.</summary>
    private static long[] Choose(ReadOnlySpan<ushort> labels, int classes, int? limit)
    {
        var requested = limit is { } some ? some / classes : int.MaxValue;
        var taken = new int[classes];
        var rows = new List<long>();
        for (var row = 0; row < labels.Length; row++)
        {
            if (taken[labels[row]] == requested) continue;
            taken[labels[row]]++;
            rows.Add(row);
        }

        return [.. rows];
    }
}
