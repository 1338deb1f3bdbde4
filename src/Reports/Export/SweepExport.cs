using System.Runtime.CompilerServices;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports.Export;

/// <summary>What an export wrote.</summary>
/// <param name="Sweep">The sweep.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Files">The files, with their numbers of rows.</param>
public sealed record SweepExport(string Sweep, int Revision, IReadOnlyList<ExportedFile> Files)
{
    // The number is small, because a trial of the paper's size has 5,000 rows of layers, which are read into memory.
    private const int TrialsAtOnce = 8;

    private static readonly string[] Names = ["trials", "epochs", "layers"];

    /// <summary>
    /// Writes a sweep's trials, epochs and layers in long form, read part by part, so that other processes can write
    /// the ledger meanwhile. All rows of one trial show the ledger at the same moment. The files appear when all three
    /// are complete, or not at all.
    /// </summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="folder">The folder of the files; created when it is missing.</param>
    /// <param name="format">The form of the files.</param>
    /// <param name="cancellation">Ends the export without leaving a file.</param>
    /// <returns>What was written; null when there is no such sweep.</returns>
    /// <exception cref="BadInputException">The folder cannot be written, or it contains the report of a sweep.
    /// </exception>
    public static async Task<SweepExport?> WriteAsync(
        LedgerReader ledger, string sweep, string folder, ExportFormat format, CancellationToken cancellation)
    {
        if (await ledger.FindTableAsync(sweep) is not { } found) return null;
        Prepare(folder);
        var paths = Names.Select(name => Path.Combine(folder, $"{name}.{EnumWords.Of(format)}")).ToList();
        long[] rows = [];
        await DurableFile.WriteAsync(paths[0], trials =>
            DurableFile.WriteAsync(paths[1], epochs =>
                DurableFile.WriteAsync(paths[2], layers => WriteAsync(trials, epochs, layers))));
        return new SweepExport(
            sweep, found.Revision, [.. paths.Zip(rows, static (path, count) => new ExportedFile(path, count))]);

        async Task WriteAsync(Stream trialsTo, Stream epochsTo, Stream layersTo)
        {
            await using var trials = await OpenAsync(TrialColumns.All, trialsTo, format, cancellation);
            await using var epochs = await OpenAsync(EpochColumns.All, epochsTo, format, cancellation);
            await using var layers = await OpenAsync(LayerColumns.All, layersTo, format, cancellation);
            var all = Trials(ledger, sweep, found.Revision, found.Table.Accuracy, cancellation);
            rows = await CopyAsync(all, trials, epochs, layers, cancellation);
        }
    }

    private static async Task<long[]> CopyAsync(
        IAsyncEnumerable<ExportedTrial> rows, IExportFile<ExportedTrial> trials, IExportFile<ExportedEpoch> epochs,
        IExportFile<ExportedLayer> layers, CancellationToken cancellation)
    {
        await foreach (var row in rows)
        {
            await trials.AddAsync(row, cancellation);
            foreach (var epoch in row.History.Epochs)
            {
                await epochs.AddAsync(new ExportedEpoch(row.History.Key, epoch), cancellation);
                foreach (var layer in epoch.Metrics.Layers)
                {
                    var its = new ExportedLayer(row.History.Key, epoch.Metrics.Epoch, layer);
                    await layers.AddAsync(its, cancellation);
                }
            }
        }

        await trials.CompleteAsync(cancellation);
        await epochs.CompleteAsync(cancellation);
        await layers.CompleteAsync(cancellation);
        return [trials.Rows, epochs.Rows, layers.Rows];
    }

    private static async IAsyncEnumerable<ExportedTrial> Trials(
        LedgerReader ledger, string sweep, int revision, AccuracyChoice accuracy,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<TrialHistory> part = [];
        do
        {
            cancellation.ThrowIfCancellationRequested();
            int? after = part.Count == 0 ? null : part[^1].Ordinal;
            part = await ledger.ReadHistoriesAsync(sweep, revision, accuracy, after, TrialsAtOnce);
            foreach (var trial in part) yield return new ExportedTrial(sweep, revision, trial);
        }
        while (part.Count > 0);
    }

    private static async Task<IExportFile<TRow>> OpenAsync<TRow>(
        IReadOnlyList<ExportColumn<TRow>> columns, Stream stream, ExportFormat format,
        CancellationToken cancellation) => format switch
        {
            ExportFormat.Csv => new CsvFile<TRow>(columns, stream),
            ExportFormat.Parquet => await ParquetFile<TRow>.CreateAsync(columns, stream, cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "unknown export format"),
        };

    // A report's layers.csv has other columns, and the next report would overwrite the export's layers.csv.
    private static void Prepare(string folder)
    {
        if (File.Exists(Path.Combine(folder, "manifest.json")))
        {
            throw new BadInputException(
                $"--out: {folder} contains the report of a sweep, which has its own layers.csv; name another folder");
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--out: {folder} cannot be created: {error.Message}", error);
        }

        if (!Posix.IsWritable(folder))
            throw new BadInputException($"--out: {folder} is not writable for {Environment.UserName}");
    }
}

/// <summary>A file of an export.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Rows">The number of its rows, without the header.</param>
public sealed record ExportedFile(string Path, long Rows);
