using System.Security.Cryptography;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The folder with the prepared images below a data root, one file per digest: <c>&lt;digest&gt;.images</c>. A file
/// begins with a magic and its digest, the SHA-256 of everything after it, so any program can find and verify images
/// without decoding them.
/// </summary>
public sealed class PreparedFolder(string dataRoot)
{
    /// <summary>The position of the digest in a file, after the magic.</summary>
    public const int DigestPosition = 8;

    /// <summary>The position of the first byte that the digest covers.</summary>
    public const int HashedPosition = DigestPosition + SHA256.HashSizeInBytes;

    private const int DigestDigits = 2 * SHA256.HashSizeInBytes;

    /// <summary>The first bytes of a file with prepared images.</summary>
    public static ReadOnlySpan<byte> Magic => "SBNNIMG1"u8;

    /// <summary>The path of the folder.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetFullPath(dataRoot), "prepared");

    /// <summary>True for 64 lower-case hex digits. No other text may become part of a path.</summary>
    public static bool IsDigest(string text) => text.Length == DigestDigits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>
    /// The path at which the images with a digest are stored. Throws <see cref="ArgumentException"/> for a text that is
    /// not a digest.
    /// </summary>
    public string PathOf(string digest) =>
        IsDigest(digest)
            ? System.IO.Path.Combine(Path, $"{digest}.images")
            : throw new ArgumentException("not 64 lower-case hex digits", nameof(digest));

    /// <summary>
    /// The file whose header contains this digest; null when the folder has none. The file may have another name,
    /// because earlier builds named files by dataset. The caller must check that the bytes match the digest.
    /// </summary>
    public string? Find(string digest)
    {
        if (!IsDigest(digest) || !Directory.Exists(Path)) return null;
        return Directory.EnumerateFiles(Path, "*.images")
            .OrderBy(file => file != PathOf(digest)).ThenBy(static file => file, StringComparer.Ordinal)
            .FirstOrDefault(file => ReadDigest(file) == digest);
    }

    /// <summary>The digest in a file's header; null when the file does not contain prepared images.</summary>
    public static string? ReadDigest(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> start = stackalloc byte[HashedPosition];
            return RandomAccess.Read(file, start, 0) == start.Length && start.StartsWith(Magic)
                ? Convert.ToHexStringLower(start[DigestPosition..])
                : null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Computes the digest of a file's bytes.</summary>
    public static async Task<string> ComputeDigestAsync(string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 1 << 20, useAsync: true);
        file.Position = HashedPosition;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }
}
