using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Remote;

/// <summary>The files of the running sbnn and of its trainer, as a host gets them.</summary>
internal sealed class PublishedBuild
{
    private readonly IReadOnlyList<(string Name, string Path)> _files;

    private PublishedBuild(string name, IReadOnlyList<(string Name, string Path)> files) =>
        (Name, _files) = (name, files);

    /// <summary>The version and the first digits of the files' SHA-256, as in <c>0.1.0-0123456789ab</c>.</summary>
    public string Name { get; }

    /// <summary>The size of all files in bytes.</summary>
    public long Size => _files.Sum(static file => new FileInfo(file.Path).Length);

    /// <summary>True when the build contains .NET's runtime.</summary>
    public bool IsSelfContained => _files.Any(static file => file.Name == "libcoreclr.so");

    /// <summary>Finds the running program's files. In a build tree, the trainer is in a folder of its own.</summary>
    public static PublishedBuild OfThisProgram()
    {
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var files = FilesOf(own, prefix: "");
        if (!files.Any(static file => file.Name.StartsWith("trainer/", StringComparison.Ordinal)))
            files = [.. files, .. FilesOf(Path.GetDirectoryName(TrainerProgram.Find().Path)!, "trainer/")];
        files = [.. files.OrderBy(static file => file.Name, StringComparer.Ordinal)];
        return new PublishedBuild($"{NodeProtocol.Build.Split('+')[0]}-{DigestOf(files)[..12]}", files);
    }

    /// <summary>Writes the files as a compressed tar archive.</summary>
    public async Task WriteAsync(Stream stream, CancellationToken cancellation)
    {
        await using var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Gnu);
        foreach (var (name, path) in _files) await tar.WriteEntryAsync(path, name, cancellation);
    }

    private static IReadOnlyList<(string Name, string Path)> FilesOf(string folder, string prefix) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (prefix + Path.GetRelativePath(folder, path), path))];

    private static string DigestOf(IReadOnlyList<(string Name, string Path)> files)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, path) in files)
        {
            using var stream = File.OpenRead(path);
            digest.AppendData(Encoding.UTF8.GetBytes($"{name}\0"));
            digest.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}
