namespace Sbnn.Sweeps.Tests.Support;

/// <summary>CIFAR's binary files in their real format, but with fewer images in each file.</summary>
public static class SmallCifar
{
    public static readonly string[] Files10 =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
            "test_batch.bin"];

    /// <summary>
    /// Writes CIFAR-10 with the given number of images per file below a data root. Each record is a label and 3,072
    /// pixel bytes.
    /// </summary>
    public static string Write10(string root, int images)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "cifar-10-batches-bin")).FullName;
        for (var file = 0; file < Files10.Length; file++)
            File.WriteAllBytes(
                Path.Combine(folder, Files10[file]), Records(file, images, static i => [(byte)(i % 10)]));
        return folder;
    }

    /// <summary>
    /// Writes CIFAR-100 with the given number of test images and five times as many training images. Each record is a
    /// coarse label, a fine label and the pixels.
    /// </summary>
    public static string Write100(string root, int images)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "cifar-100-binary")).FullName;
        File.WriteAllBytes(
            Path.Combine(folder, "train.bin"), Records(0, 5 * images, static i => [(byte)(i % 20), (byte)(i % 100)]));
        File.WriteAllBytes(
            Path.Combine(folder, "test.bin"), Records(1, images, static i => [(byte)(i % 20), (byte)(i % 100)]));
        return folder;
    }

    /// <summary>The value of the pixel byte at a position (0 … 3,071) of an image in a file.</summary>
    public static byte Pixel(int file, int image, int at) => (byte)((file * 37) + (image * 11) + (at * 7) + (at >> 8));

    private static byte[] Records(int file, int images, Func<int, byte[]> labels) =>
        [.. Enumerable.Range(0, images)
            .SelectMany(i => labels(i).Concat(Enumerable.Range(0, 3072).Select(at => Pixel(file, i, at))))];
}
