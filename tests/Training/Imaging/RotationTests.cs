using System.Security.Cryptography;
using Sbnn.Sweeps.Trainer.Imaging;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

public sealed class RotationTests
{
    [Theory]
    [InlineData(0, "abc def ghi")]
    [InlineData(90, "cfi beh adg")] // Counter-clockwise: the top right corner moves to the top left.
    [InlineData(-90, "gda heb ifc")]
    [InlineData(180, "ihg fed cba")]
    [InlineData(-180, "ihg fed cba")]
    // Computed by hand: the outer pixels move by one place. A corner's source is 1.41 pixels from the centre, still
    // inside.
    [InlineData(45, "bcf aei dgh")]
    [InlineData(-45, "dab gec hif")]
    [InlineData(18, "abc def ghi")] // At 18° no pixel moves by half a pixel, because sin 18° = 0.309.
    public void Trace_RotatesASquare_AboutItsCentre(double degrees, string expected) =>
        Assert.Equal(expected, Rotate("abc def ghi", degrees));

    [Theory]
    [InlineData("abc", 90, ".b.")]
    [InlineData("abcd efgh", 90, ".cg. .bf.")] // Pixels from outside the image are black.
    [InlineData("abcd efgh", 180, "hgfe dcba")]
    public void Trace_KeepsTheSize_OfARectangle(string image, double degrees, string expected) =>
        Assert.Equal(expected, Rotate(image, degrees));

    [Fact]
    public void Trace_SelectsTheNearestSourcePixel()
    {
        var from = new long[32 * 32];
        foreach (var degrees in new[] { 15, -15, 7.3, -0.4, 3.14159, 100, -179 })
        {
            Rotation.FindSources(degrees, 32, 32, from);
            var (sine, cosine) = (Math.Sin(degrees * Math.PI / 180), Math.Cos(degrees * Math.PI / 180));
            for (var place = 0; place < from.Length; place++)
            {
                var (x, y) = ((place % 32) - 15.5, (place / 32) - 15.5);
                var (column, row) = ((cosine * x) - (sine * y) + 16, (sine * x) + (cosine * y) + 16);
                // Skips points on the border of two pixels, because both pixels are nearest.
                if (Math.Abs(column - Math.Round(column)) < 1e-3 || Math.Abs(row - Math.Round(row)) < 1e-3) continue;
                var isInside = column is >= 0 and < 32 && row is >= 0 and < 32;
                Assert.Equal(isInside ? ((int)row * 32) + (int)column : 1024, from[place]);
            }
        }
    }

    [Fact]
    public void Trace_SelectsTheSamePixels_AsTheRecipe()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var from = new long[32 * 32];
        for (var degrees = -15.0; degrees <= 15; degrees += 0.125)
        {
            Rotation.FindSources(degrees, 32, 32, from);
            foreach (var place in from) hash.AppendData(BitConverter.GetBytes((short)place));
        }

        Assert.Equal("07cdf04e4a5760ff", Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
    }

    private static string Rotate(string image, double degrees)
    {
        var rows = image.Split(' ');
        var (height, width, pixels) = (rows.Length, rows[0].Length, string.Concat(rows) + ".");
        var from = new long[height * width];
        Rotation.FindSources(degrees, height, width, from);
        return string.Join(' ', from.Select(place => pixels[(int)place]).Chunk(width)
            .Select(static row => new string(row)));
    }
}
