using System.Text;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports;

/// <summary>Writes a sweep's report files, of what the ledger has and nothing else.</summary>
public static class ReportWriter
{
    /// <summary>
    /// Writes <c>table.md</c>, <c>table.csv</c>, <c>layers.csv</c>, <c>manifest.json</c>, and <c>figure.svg</c> and <c>figure.csv</c> where the spec
    /// asks for a figure; a file that is up to date is left alone.
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

        await PutAsync("manifest.json", JsonSerializer.Serialize(Manifest.Of(outcome), SbnnJson.Indented) + "\n");

        async Task PutAsync(string name, string text)
        {
            var (path, bytes) = (Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
            if (File.Exists(path) && (await File.ReadAllBytesAsync(path)).AsSpan().SequenceEqual(bytes)) return;
            DurableFile.Write(path, stream => stream.Write(bytes));
        }
    }
}
