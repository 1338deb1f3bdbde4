using System.Security.Cryptography;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>
/// The kept weights that nodes on other machines have sent, in the head's home: <c>&lt;key&gt;-best.safetensors</c> and
/// <c>&lt;key&gt;-last.safetensors</c> for a trial. An upload in progress ends in <c>.part</c>. No part of a file name
/// is chosen by a node.
/// </summary>
/// <param name="folder">The folder of the weights.</param>
/// <param name="largest">The largest file that is accepted, in bytes.</param>
public sealed class WeightsStore(string folder, long largest = WeightsStore.DefaultLargest) : IUploadStore
{
    private const long DefaultLargest = 2L << 30;
    private readonly Lock _gate = new();

    /// <summary>The file with the weights of a trial, which exists only if a node has sent it.</summary>
    public static string FileOf(string folder, TrialKey trial, bool isLast) =>
        Path.Combine(folder, $"{trial.Hex}-{(isLast ? "last" : "best")}.safetensors");

    /// <inheritdoc/>
    public long OffsetOf(FileUpload upload)
    {
        lock (_gate)
        {
            var file = FileOf(upload);
            if (LengthOf(file) == upload.Bytes && Sha256Of(file) == upload.Sha256) return upload.Bytes;
            return LengthOf(PartOf(upload));
        }
    }

    /// <inheritdoc/>
    public UploadRefusal? FindRefusal(FileUpload upload) => upload.Bytes <= largest ? null
        : new UploadRefusal($"weights of {upload.Bytes} bytes are too large (allowed: {largest})", IsOutOfSpace: false);

    /// <inheritdoc/>
    public UploadOutcome Append(FileUpload upload, long offset, ReadOnlyMemory<byte> bytes, string? dataDigest)
    {
        lock (_gate)
        {
            Directory.CreateDirectory(folder);
            var part = PartOf(upload);
            if (LengthOf(part) is var here && here != offset) return new UploadOutcome(here);

            // A later attempt replaces the upload of an earlier one.
            foreach (var older in Directory.EnumerateFiles(folder, $"{Path.GetFileName(FileOf(upload))}.*.part")
                .Where(file => file != part).ToList())
            {
                File.Delete(older);
            }

            using (var file = new FileStream(part, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                file.Write(bytes.Span);
                if (file.Length < upload.Bytes) return new UploadOutcome(file.Length);
                file.Flush(flushToDisk: true);
            }

            if (FindFault(upload, part) is { } fault)
            {
                File.Delete(part);
                return new UploadOutcome(0, fault);
            }

            File.Move(part, FileOf(upload), overwrite: true);
            return new UploadOutcome(upload.Bytes);
        }
    }

    private static string? FindFault(FileUpload upload, string part)
    {
        if (Sha256Of(part) is var found && found != upload.Sha256)
            return $"the received file has the SHA-256 {found}, but {upload.Sha256} was declared";
        try
        {
            var trial = SafetensorsFile.Parse(File.ReadAllBytes(part), "the received file").Metadata
                .GetValueOrDefault("trial");
            return trial == upload.Attempt.Trial.Hex ? null : $"the received file has the weights of trial {trial}";
        }
        catch (BadInputException error)
        {
            return error.Message;
        }
    }

    private static string Sha256Of(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private string FileOf(FileUpload upload) =>
        FileOf(folder, upload.Attempt.Trial, upload.File == UploadedFile.LastWeights);

    private string PartOf(FileUpload upload) => $"{FileOf(upload)}.{upload.Sha256}.part";
}
