namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>The source of a dataset's images before they are cached: RGB, all of one size.</summary>
internal interface IImageSource
{
    /// <summary>
    /// A text that changes whenever the images may have changed. Computing it is fast, because no image is opened.
    /// </summary>
    string Fingerprint { get; }

    /// <summary>Class names, in label order.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The height and width of every image. Reading this property may open the first image.</summary>
    (int Height, int Width) Size { get; }

    /// <summary>The label of every image of a split.</summary>
    IReadOnlyList<ushort> LabelsOf(Split split);

    /// <summary>
    /// Writes the pixels of one image: planes R, G, B, row by row. Several threads may call this at the same time.
    /// </summary>
    void Read(Split split, int index, Span<byte> pixels);
}
