using Parquet;
using Parquet.Schema;

namespace Sbnn.Sweeps.Reports.Export;

/// <summary>Rows as Parquet, in row groups that fit into memory.</summary>
internal sealed class ParquetFile<TRow> : IExportFile<TRow>
{
    private const int RowsOfGroup = 1 << 16;

    private readonly IReadOnlyList<IColumnBuffer<TRow>> _columns;
    private readonly ParquetWriter _writer;
    private int _waiting;
    private bool _isDisposed;

    private ParquetFile(IReadOnlyList<IColumnBuffer<TRow>> columns, ParquetWriter writer) =>
        (_columns, _writer) = (columns, writer);

    public long Rows { get; private set; }

    public static async Task<ParquetFile<TRow>> CreateAsync(
        IReadOnlyList<ExportColumn<TRow>> columns, Stream stream, CancellationToken cancellation)
    {
        var buffers = columns.Select(static column => column.CreateBuffer(RowsOfGroup)).ToList();
        var schema = new ParquetSchema(buffers.Select(static buffer => buffer.Field));
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy };
        return new ParquetFile<TRow>(
            buffers, await ParquetWriter.CreateAsync(schema, stream, options, cancellationToken: cancellation));
    }

    public async ValueTask AddAsync(TRow row, CancellationToken cancellation)
    {
        foreach (var column in _columns) column.Add(row);
        Rows++;
        if (++_waiting == RowsOfGroup) await FlushAsync(cancellation);
    }

    public async Task CompleteAsync(CancellationToken cancellation)
    {
        if (_waiting > 0 || Rows == 0) await FlushAsync(cancellation); // Some readers require one row group.
        await DisposeAsync();
    }

    // Ends the file even when an error left it incomplete. The caller, who opened the stream, then deletes the file.
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _isDisposed, true) ? default : _writer.DisposeAsync();

    private async Task FlushAsync(CancellationToken cancellation)
    {
        using var group = _writer.CreateRowGroup();
        foreach (var column in _columns) await column.FlushAsync(group, cancellation);
        group.CompleteValidate();
        _waiting = 0;
    }
}
