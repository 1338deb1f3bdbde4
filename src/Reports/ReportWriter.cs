using System.Text;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports;

/// <summary>Writes a sweep's report files from the ledger alone.</summary>
public static class ReportWriter
{
    private static readonly string[] Files = ["table.md", "table.csv", "layers.csv", "manifest.json"];
    private static readonly string[] FigureFiles = ["figure.svg", "figure.csv"];

    /// <summary>
    /// Creates the folder of a sweep's report, and checks that <see cref="WriteAsync"/> can write there. Called before
    /// the training, so that it does not run in vain. Throws <see cref="BadInputException"/> with the path that
    /// prevents it.
    /// </summary>
    public static void Prepare(string folder, bool hasFigure)
    {
        Try(() => Directory.CreateDirectory(folder), "cannot be created");
        foreach (var name in hasFigure ? [.. Files, .. FigureFiles] : Files)
        {
            var path = Path.Combine(folder, name);
            Try(() => CheckExistingFile(path), "cannot be written");
        }

        // Only creating a file detects missing permissions, a read-only disk and quotas alike. The first report removes
        // a file that a killed process left.
        var probe = Path.Combine(folder, $"{Files[0]}.{Environment.ProcessId}.tmp");
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
    /// Writes <c>table.md</c>, <c>table.csv</c>, <c>layers.csv</c>, <c>manifest.json</c>, and <c>figure.svg</c> and
    /// <c>figure.csv</c> when the spec has a figure. A file that is up to date is not written.
    /// </summary>
    public static async Task WriteAsync(SweepOutcome outcome, TableModel table, string folder)
    {
        Directory.CreateDirectory(folder);
        await PutAsync("table.md", MarkdownTable.Render(table));
        await PutAsync("table.csv", CsvTable.Render(table));
        await PutAsync("layers.csv", LayersCsv.Render(table));
        if (table.Histograms is { } figure)
        {
            await PutAsync("figure.svg", HistogramSvg.Render(figure));
            await PutAsync("figure.csv", figure.ToCsv());
        }

        var manifest = Manifest.Of(outcome, table);
        await PutAsync("manifest.json", JsonSerializer.Serialize(manifest, SbnnJson.Indented) + "\n");

        async Task PutAsync(string name, string text)
        {
            var (path, bytes) = (Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
            if (File.Exists(path) && (await File.ReadAllBytesAsync(path)).AsSpan().SequenceEqual(bytes)) return;
            DurableFile.Write(path, stream => stream.Write(bytes));
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
