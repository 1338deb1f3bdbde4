using System.Diagnostics;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests a sweep on photographs, from JPEG files to the table.</summary>
public sealed class RealImagesTests : IDisposable
{
    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Run_FillsTheTable_FromAnImageFolder()
    {
        var archive = SharedFiles.Get("data", "cifar10-jpeg.tar.xz");
        _workplace.DataRoot = Path.Combine(_workplace.Folder, "data");
        var images = Directory.CreateDirectory(Path.Combine(_workplace.DataRoot, "photographs")).FullName;
        // Extracts every hundredth image.
        using (var tar = Process.Start("tar", ["-xJf", archive, "-C", images, "--wildcards", "*/*/*77.jpg"]))
            await tar.WaitForExitAsync(Workplace.Cancellation);
        var spec = _workplace.WriteSpec("""
            name: photographs
            trial:
              dataset: image-folder
              folder: photographs
              train-images: 200
              test-images: 50
              width: 4
              epochs: 2
              batch-size: 50
              sparsity: 75
              gamma: 0.3
            axes:
              - domain: [symmetric, closed-form, learned]
            """);

        var (exitCode, stdout, stderr) = await _workplace.RunAsync(spec);

        Assert.True(exitCode == 0, stdout + stderr);
        Assert.Contains("images: photographs", stdout, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadLines(Path.Combine(_workplace.Out, "photographs", "table.csv")).Skip(1).Count());
        Assert.Equal([1, 1, 1], _workplace.Attempts());
    }
}
