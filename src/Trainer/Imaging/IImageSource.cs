namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>The source of a dataset's images before they are cached: RGB, all of one size.</summary>
internal interface IImageSource
{
    /// <summary>Changes whenever the images may have changed. It is cheap, because no image is opened.</summary>
    string Fingerprint { get; }

    /// <summary>Class names, in label order.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>Height and width of every image. May open the first image.</summary>
    (int Height, int Width) Size { get; }

    /// <summary>The label of every image of a split.</summary>
    IReadOnlyList<ushort> LabelsOf(Split split);

    /// <summary>Fills the pixels of one image, planes R, G, B, row by row. Called from several threads.</summary>
    void Read(Split split, int index, Span<byte> pixels);
}
