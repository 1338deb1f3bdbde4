using System.Diagnostics;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Imaging;

namespace Sbnn.Sweeps.Tests.Training;

/// <summary>A part of CIFAR-10 as JPEG files, which the first test that needs the files unpacks.</summary>
public sealed class PhotographFolder : IDisposable
{
    public const string Name = "cifar10";

    private readonly TempFolder _folder = new();
    private PreparedImages? _images;

    public string DataRoot => _folder.Path;

    /// <summary>Prepares the images. Skips the test when the archive is not available.</summary>
    internal async Task<PreparedImages> PrepareAsync(CancellationToken cancellation)
    {
        if (_images is not null) return _images;
        var archive = SharedFiles.Get("data", "cifar10-jpeg.tar.xz");
        Directory.CreateDirectory(_folder.In(Name));
        // Extracts about every hundredth image.
        using (var tar = Process.Start("tar", ["-xJf", archive, "-C", _folder.In(Name), "--wildcards", "*/*/*77.jpg"]))
            await tar.WaitForExitAsync(cancellation);
        return _images = await new DatasetCache(TimeProvider.System)
            .PrepareAsync(new PrepareRequest(DatasetKind.ImageFolder, Name, DataRoot), cancellation);
    }

    public void Dispose() => _folder.Dispose();
}
