using System.Security.Cryptography;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The folder of prepared images below a data root: one file per digest, <c>&lt;digest&gt;.images</c>. A file begins
/// with a magic and its digest, the SHA-256 of all that follows, so any program can find and verify images without
/// decoding them.
/// </summary>
public sealed class PreparedFolder(string dataRoot)
{
    /// <summary>Where the digest stands in a file: behind the magic.</summary>
    public const int DigestAt = 8;

    /// <summary>Where the bytes begin over which the digest is taken.</summary>
    public const int HashedFrom = DigestAt + SHA256.HashSizeInBytes;

    private const int DigestDigits = 2 * SHA256.HashSizeInBytes;

    /// <summary>The first bytes of a file.</summary>
    public static ReadOnlySpan<byte> Magic => "SBNNIMG1"u8;

    /// <summary>The folder itself.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetFullPath(dataRoot), "prepared");

    /// <summary>True for 64 lower-case hex digits: nothing else may become part of a path.</summary>
    public static bool IsDigest(string text) => text.Length == DigestDigits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>
    /// Where the images of a digest are kept. Throws <see cref="ArgumentException"/> when it is not one.
    /// </summary>
    public string PathOf(string digest) =>
        IsDigest(digest)
            ? System.IO.Path.Combine(Path, $"{digest}.images")
            : throw new ArgumentException("not 64 lower-case hex digits", nameof(digest));

    /// <summary>
    /// The file that says it has the images of a digest, also one that an earlier build named by its dataset; null when
    /// there is none. Whether its bytes are those is for the reader to check.
    /// </summary>
    public string? Find(string digest)
    {
        if (!IsDigest(digest) || !Directory.Exists(Path)) return null;
        return Directory.EnumerateFiles(Path, "*.images")
            .OrderBy(file => file != PathOf(digest)).ThenBy(static file => file, StringComparer.Ordinal)
            .FirstOrDefault(file => ReadDigest(file) == digest);
    }

    /// <summary>The digest that a file says it has; null when it is not a file of prepared images.</summary>
    public static string? ReadDigest(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> start = stackalloc byte[HashedFrom];
            return RandomAccess.Read(file, start, 0) == start.Length && start.StartsWith(Magic)
                ? Convert.ToHexStringLower(start[DigestAt..])
                : null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The digest that a file's bytes have.</summary>
    public static async Task<string> ComputeDigestAsync(string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 1 << 20, useAsync: true);
        file.Position = HashedFrom;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }
}
