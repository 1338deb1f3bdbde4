using Parquet;
using Parquet.Schema;

namespace Sbnn.Sweeps.Reports.Export;

/// <summary>The values of one column in the row group of a Parquet file that is not written yet.</summary>
internal interface IColumnBuffer<in TRow>
{
    /// <summary>The column in the file's schema.</summary>
    DataField Field { get; }

    /// <summary>Adds a row's value.</summary>
    void Add(TRow row);

    /// <summary>Writes the added values to the row group, and removes them from the buffer.</summary>
    Task FlushAsync(ParquetRowGroupWriter group, CancellationToken cancellation);
}

/// <summary>Texts of one column.</summary>
internal sealed class TextBuffer<TRow>(string name, bool isRequired, Func<TRow, string?> value, int capacity)
    : IColumnBuffer<TRow>
{
    private readonly List<string?> _values = new(capacity);

    public DataField Field { get; } = new(name, typeof(string), isNullable: !isRequired);

    public void Add(TRow row) => _values.Add(value(row));

    public async Task FlushAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
    {
        await group.WriteAsync(Field, _values!);
        _values.Clear();
    }
}

/// <summary>Numbers, booleans or times of one column.</summary>
internal sealed class ValueBuffer<TRow, TValue>(
    string name, bool isRequired, Func<TRow, TValue?> value, int capacity) : IColumnBuffer<TRow>
    where TValue : struct
{
    private readonly TValue[] _values = isRequired ? new TValue[capacity] : [];
    private readonly TValue?[] _optionalValues = isRequired ? [] : new TValue?[capacity];
    private int _count;

    public DataField Field { get; } = typeof(TValue) == typeof(DateTime)
        ? new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true,
            unit: DateTimeTimeUnit.Millis, isNullable: !isRequired)
        : new DataField(name, typeof(TValue), isNullable: !isRequired);

    public void Add(TRow row)
    {
        var its = value(row);
        if (isRequired) _values[_count++] = its!.Value;
        else _optionalValues[_count++] = its;
    }

    public async Task FlushAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
    {
        if (isRequired)
            await group.WriteAsync<TValue>(Field, _values.AsMemory(0, _count), cancellationToken: cancellation);
        else
            await group.WriteAsync<TValue>(
                Field, _optionalValues.AsMemory(0, _count), cancellationToken: cancellation);
        _count = 0;
    }
}
