using System.IO.Compression;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports;

/// <summary>A sweep's report files as one ZIP archive, which a head sends to other machines.</summary>
public static class ReportArchive
{
    // Every entry has the earliest time that ZIP allows, so that equal results give archives with equal bytes.
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The archive of the files that <see cref="ReportWriter.WriteAsync"/> writes, with the same names and bytes.
    /// Throws <see cref="Core.BadInputException"/> as <see cref="SweepTable.Of"/> does.
    /// </summary>
    public static byte[] Write(SweepOutcome outcome) => Write(ReportFiles.Of(outcome, SweepTable.Of(outcome)));

    /// <summary>The archive of some files.</summary>
    public static byte[] Write(IEnumerable<ReportFile> files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in files)
            {
                var entry = archive.CreateEntry(file.Name);
                entry.LastWriteTime = Time;
                using var content = entry.Open();
                content.Write(file.Render());
            }
        }

        return bytes.ToArray();
    }

    /// <summary>
    /// The files of an archive, by name. Throws <see cref="InvalidDataException"/> for bytes that are not such an
    /// archive, and for a name that could lead out of a folder.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(byte[] archive)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var zip = await ZipArchive.CreateAsync(
            new MemoryStream(archive), ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null);
        foreach (var entry in zip.Entries)
        {
            if (entry.FullName is [] or ['.', ..] || entry.FullName.AsSpan().ContainsAny("/\\:"))
                throw new InvalidDataException($"the archive has a file with the name '{entry.FullName}'");
            await using var content = await entry.OpenAsync();
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes);
            files[entry.FullName] = bytes.ToArray();
        }

        return files;
    }

    /// <summary>
    /// Writes the files of <see cref="ReadAsync"/> to a folder. A file that is up to date is not written.
    /// </summary>
    /// <param name="files">The files, by name.</param>
    /// <param name="folder">An existing folder.</param>
    public static async Task UnpackAsync(IReadOnlyDictionary<string, byte[]> files, string folder)
    {
        foreach (var (name, bytes) in files)
        {
            var path = Path.Combine(folder, name);
            if (!await ReportWriter.IsUpToDateAsync(path, bytes))
                DurableFile.Write(path, stream => stream.Write(bytes));
        }
    }
}
