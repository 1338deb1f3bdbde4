namespace Sbnn.Sweeps.Reports.Export;

/// <summary>
/// A file to which rows are added one by one. Only the last rows are in memory; the others are already written.
/// </summary>
internal interface IExportFile<in TRow> : IAsyncDisposable
{
    /// <summary>The number of added rows.</summary>
    long Rows { get; }

    /// <summary>Adds a row.</summary>
    ValueTask AddAsync(TRow row, CancellationToken cancellation);

    /// <summary>Writes the rows that are still in memory. The stream stays open.</summary>
    Task CompleteAsync(CancellationToken cancellation);
}
