using System.Text;
using Sbnn.Sweeps.Reports.Formatting;

namespace Sbnn.Sweeps.Reports.Export;

/// <summary>Rows as CSV by RFC 4180: UTF-8, a header, lines that end in CR LF.</summary>
internal sealed class CsvFile<TRow> : IExportFile<TRow>
{
    private const string LineEnd = "\r\n";
    private const int BufferSize = 1 << 16;

    private readonly IReadOnlyList<ExportColumn<TRow>> _columns;
    private readonly StreamWriter _text;

    public CsvFile(IReadOnlyList<ExportColumn<TRow>> columns, Stream stream)
    {
        _columns = columns;
        _text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferSize,
            leaveOpen: true);
        WriteLine(static column => column.Name);
    }

    public long Rows { get; private set; }

    public ValueTask AddAsync(TRow row, CancellationToken cancellation)
    {
        WriteLine(column => column.TextOf(row));
        Rows++;
        return ValueTask.CompletedTask;
    }

    public Task CompleteAsync(CancellationToken cancellation) => _text.FlushAsync(cancellation);

    public ValueTask DisposeAsync() => _text.DisposeAsync();

    private void WriteLine(Func<ExportColumn<TRow>, string?> field)
    {
        foreach (var (i, column) in _columns.Index())
        {
            if (i > 0) _text.Write(',');
            _text.Write(CsvText.Quoted(field(column) ?? ""));
        }

        _text.Write(LineEnd);
    }
}
