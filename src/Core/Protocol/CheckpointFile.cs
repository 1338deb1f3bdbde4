using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The file format of a checkpoint: magic, header length (32-bit little-endian), header (UTF-8 JSON, defined by the
/// trainer), payload, and the SHA-256 of everything before it. An incomplete or altered file is detected without torch,
/// so a node can verify a checkpoint that it copies.
/// </summary>
public static class CheckpointFile
{
    private static readonly byte[] Magic = "SBNNCKP1"u8.ToArray();
    private static readonly int FixedPart = Magic.Length + sizeof(int);

    /// <summary>Writes a checkpoint durably (temporary file, fsync, rename).</summary>
    public static void Write(string path, string headerJson, ReadOnlyMemory<byte> payload) =>
        DurableFile.Write(path, stream =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var header = Encoding.UTF8.GetBytes(headerJson);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        Put(Magic);
        Put(length);
        Put(header);
        Put(payload.Span);
        stream.Write(hash.GetHashAndReset());

        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            stream.Write(bytes);
        }
    });

    /// <summary>
    /// Reads a whole checkpoint; false with a reason when the file is not a complete, unaltered checkpoint.
    /// </summary>
    public static bool TryRead(string path, out string headerJson, out ReadOnlyMemory<byte> payload, out string whyNot)
    {
        (headerJson, payload) = ("", default);
        if (!TryReadIntact(path, out var bytes, out whyNot)) return false;
        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(Magic.Length, 4));
        headerJson = Encoding.UTF8.GetString(bytes, FixedPart, headerLength);
        payload = bytes.AsMemory(
            FixedPart + headerLength, bytes.Length - SHA256.HashSizeInBytes - FixedPart - headerLength);
        return true;
    }

    /// <summary>
    /// The header of an intact checkpoint; null with a reason when the file is not an intact checkpoint, or its header
    /// was not written by a trainer.
    /// </summary>
    public static CheckpointFacts? FindFacts(string path, out string whyNot)
    {
        if (!TryRead(path, out var header, out _, out whyNot)) return null;
        try
        {
            using var json = JsonDocument.Parse(header);
            var root = json.RootElement;
            return new CheckpointFacts(
                new TrialKey(root.GetProperty("trial").GetString() ?? ""),
                root.GetProperty("dataDigest").GetString() ?? "",
                root.GetProperty("deviceClass").GetString() ?? "", root.GetProperty("history").GetArrayLength(),
                root.GetProperty("step").GetInt32());
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            whyNot = $"its header cannot be read: {error.Message}";
            return null;
        }
    }

    /// <summary>
    /// Copies the newest intact checkpoint of one attempt into the folder of another. False when no checkpoint is
    /// intact.
    /// </summary>
    public static bool TryCarryOver(AttemptFolder from, AttemptFolder to)
    {
        foreach (var checkpoint in from.Checkpoints())
        {
            if (!TryReadIntact(checkpoint, out var bytes, out _)) continue;
            // The verified bytes are written instead of copying the file, because another process may have removed it
            // meanwhile.
            DurableFile.Write(Path.Combine(to.Path, Path.GetFileName(checkpoint)), copy => copy.Write(bytes));
            return true;
        }

        return false;
    }

    private static bool TryReadIntact(string path, out byte[] bytes, out string whyNot)
    {
        bytes = [];
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            whyNot = error.Message;
            return false;
        }

        if (bytes.Length < FixedPart + SHA256.HashSizeInBytes || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            whyNot = "the file is not a checkpoint, or is incomplete";
            return false;
        }

        var body = bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes);
        var isIntact = SHA256.HashData(body).AsSpan().SequenceEqual(bytes.AsSpan(body.Length));
        whyNot = isIntact ? "" : "its SHA-256 does not match: the file is incomplete or was altered";
        return isIntact;
    }
}
