using Sbnn.Sweeps.Tests.Support;
using SkiaSharp;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>
/// Compares PNG figures with the golden files in Golden/. Processors may draw the edge of a shape a little differently,
/// so the sizes must be equal, but pixels have a tolerance. With SBNN_UPDATE_GOLDEN=1 a check overwrites golden files
/// that differ.
/// </summary>
internal static class GoldenPng
{
    private const int Levels = 24; // The tolerated difference of a pixel in each channel, of 255.
    private const double Share = 0.0005;

    /// <summary>Compares a figure with its golden file.</summary>
    public static void Check(string name, byte[] png)
    {
        var path = Repository.PathOf("tests", "Unit", "Reports", "Golden", $"{name}.png");
        var difference = File.Exists(path) ? Compare(File.ReadAllBytes(path), png) : "it is not kept";
        if (difference is not null && Environment.GetEnvironmentVariable("SBNN_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllBytes(path, png);
            return;
        }

        Assert.True(difference is null, $"{name}.png has changed: {difference}; look at it after: SBNN_UPDATE_GOLDEN=1 "
            + "dotnet test --project tests/Unit -c Release --filter-class \"*GoldenReportTests\"");
    }

    /// <summary>Describes how two figures differ; null when they are equal within the tolerance.</summary>
    public static string? Compare(byte[] expected, byte[] actual)
    {
        using var first = SKBitmap.Decode(expected);
        using var second = SKBitmap.Decode(actual);
        if ((first.Width, first.Height) != (second.Width, second.Height))
            return $"{second.Width}×{second.Height} pixels instead of {first.Width}×{first.Height}";
        var different = first.Pixels.Zip(second.Pixels).Count(static pixel => Differ(pixel.First, pixel.Second));
        return different <= Share * first.Width * first.Height ? null : $"{different} pixels differ";
    }

    private static bool Differ(SKColor one, SKColor other) => Math.Abs(one.Red - other.Red) > Levels
        || Math.Abs(one.Green - other.Green) > Levels || Math.Abs(one.Blue - other.Blue) > Levels;
}
