namespace Sbnn.Sweeps.Reports.Export;

/// <summary>A file that takes rows one by one and holds few of them in memory.</summary>
internal interface IExportFile<in TRow> : IAsyncDisposable
{
    /// <summary>How many rows were added.</summary>
    long Rows { get; }

    /// <summary>Adds a row.</summary>
    ValueTask AddAsync(TRow row, CancellationToken cancellation);

    /// <summary>Writes what is still in memory. The stream stays open.</summary>
    Task CompleteAsync(CancellationToken cancellation);
}
