using System.Text;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports;

/// <summary>Writes a sweep's report files, of what the ledger has and nothing else.</summary>
public static class ReportWriter
{
    /// <summary>
    /// Makes the folder of a sweep's report, and finds out whether <see cref="WriteAsync"/> can write there: to be
    /// asked before the work that the report is about. Throws <see cref="BadInputException"/> with the path that is in
    /// the way.
    /// </summary>
    public static void Prepare(string folder, bool hasFigure)
    {
        Try(() => Directory.CreateDirectory(folder), "cannot be made");
        foreach (var name in ReportFiles.Names(hasFigure))
        {
            var path = Path.Combine(folder, name);
            Try(() => DemandFile(path), "cannot be written");
        }

        // Nothing but a file that is made there tells: permissions, a read-only disk and quotas have no common
        // question. The first report removes one that a killed process left.
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
    /// Writes every file of <see cref="ReportFiles"/>; a file that is up to date is left alone.
    /// </summary>
    /// <param name="outcome">The sweep.</param>
    /// <param name="table">The sweep's table.</param>
    /// <param name="folder">The folder of the report; it is made if it is missing.</param>
    /// <param name="isDurable">
    /// False for files that are written again soon: a rename makes each whole or absent to a reader, and after a power
    /// failure some may be empty.
    /// </param>
    public static async Task WriteAsync(
        SweepOutcome outcome, TableModel table, string folder, bool isDurable = true)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in ReportFiles.Of(outcome, table))
        {
            var (path, bytes) = (Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
            if (File.Exists(path) && (await File.ReadAllBytesAsync(path)).AsSpan().SequenceEqual(bytes)) continue;
            if (isDurable) DurableFile.Write(path, stream => stream.Write(bytes));
            else await ReplaceAsync(path, bytes);
        }
    }

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

    // A file that is there is read first, and left alone when it is up to date.
    private static void DemandFile(string path)
    {
        if (Posix.StatusOf(path, followsLink: true) is not { } status) return;
        if (status.Kind != FileKind.Regular)
        {
            throw new IOException(
                $"{path} is a {EnumWords.Of(status.Kind)}, and a file of the report has that name; "
                + "remove it, or name another folder");
        }

        File.OpenHandle(path).Dispose();
    }
}
