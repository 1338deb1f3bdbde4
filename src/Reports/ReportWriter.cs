using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports;

/// <summary>Writes a sweep's report files from the ledger alone.</summary>
public static class ReportWriter
{
    /// <summary>
    /// Creates the folder of a sweep's report, and checks that <see cref="WriteAsync"/> can write there. Call this
    /// before the training, so that a folder that cannot be written is reported then and not afterwards. Throws
    /// <see cref="BadInputException"/> with the path that prevents it.
    /// </summary>
    public static void Prepare(string folder)
    {
        Try(() => Directory.CreateDirectory(folder), "cannot be created");
        foreach (var name in ReportFiles.Names)
        {
            var path = Path.Combine(folder, name);
            Try(() => CheckExistingFile(path), "cannot be written");
        }

        // Only creating a file detects missing permissions, a read-only disk and quotas alike. The first report removes
        // a file that a killed process left.
        var probe = Path.Combine(folder, $"table.md.{Environment.ProcessId}.tmp");
        Try(() => File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose(), "cannot be written");

        void Try(Action use, string what)
        {
            try
            {
                use();
            }
            catch (Exception error) when (
                error is UnauthorizedAccessException || (error is IOException io && !DurableFile.IsDiskFull(io)))
            {
                throw new BadInputException($"--out: {folder} {what}: {error.Message}", error);
            }
        }
    }

    /// <summary>
    /// Writes every file of <see cref="ReportFiles"/>. A file that is up to date is not written, and a file that the
    /// report no longer has is deleted, for example a figure of an earlier revision.
    /// </summary>
    /// <param name="outcome">The sweep.</param>
    /// <param name="table">The sweep's table.</param>
    /// <param name="folder">The folder of the report; it is created when it is missing.</param>
    /// <param name="isDurable">
    /// False for files that are written again soon. A reader still finds each file complete or not at all, because it
    /// is renamed into place, but after a power failure some files may be empty.
    /// </param>
    public static async Task WriteAsync(
        SweepOutcome outcome, TableModel table, string folder, bool isDurable = true)
    {
        Directory.CreateDirectory(folder);
        var written = new List<string>();
        foreach (var file in ReportFiles.Of(outcome, table))
        {
            written.Add(file.Name);
            var path = Path.Combine(folder, file.Name);
            // A picture takes long to render, so a report that is written often renders only what has changed.
            if (!isDurable && file.Original is { } original && File.Exists(path)
                && await IsUpToDateAsync(Path.Combine(folder, original.Name), original.Render()))
                continue;
            var bytes = file.Render();
            if (await IsUpToDateAsync(path, bytes)) continue;
            if (isDurable) DurableFile.Write(path, stream => stream.Write(bytes));
            else await ReplaceAsync(path, bytes);
        }

        foreach (var name in ReportFiles.Names.Except(written))
            File.Delete(Path.Combine(folder, name));
    }

    internal static async Task<bool> IsUpToDateAsync(string path, byte[] bytes) =>
        File.Exists(path) && (await File.ReadAllBytesAsync(path)).AsSpan().SequenceEqual(bytes);

    private static async Task ReplaceAsync(string path, byte[] bytes)
    {
        DurableFile.RemoveLeftovers(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path));
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            await File.WriteAllBytesAsync(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // WriteAsync reads an existing file to compare it, so the file must be a readable regular file.
    private static void CheckExistingFile(string path)
    {
        if (Posix.StatusOf(path, followsLink: true) is not { } status) return;
        if (status.Kind != FileKind.Regular)
        {
            throw new IOException(
                $"{path} is a {EnumWords.Of(status.Kind)}, but a file of the report has that name; remove it, or "
                    + "choose another folder");
        }

        File.OpenHandle(path).Dispose();
    }
}
