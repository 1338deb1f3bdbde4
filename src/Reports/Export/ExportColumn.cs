using System.Globalization;

namespace Sbnn.Sweeps.Reports.Export;

/// <summary>A column of an export: its documentation, and how a row's value is written in each format.</summary>
/// <typeparam name="TRow">The record from which a row of the file is made.</typeparam>
public abstract class ExportColumn<TRow>
{
    private protected ExportColumn(string name, string type, string meaning) =>
        (Name, Type, Meaning) = (name, type, meaning);

    /// <summary>The column's name in both formats.</summary>
    public string Name { get; }

    /// <summary>text, integer, number, boolean or time; with "or empty" where a row may have no value.</summary>
    public string Type { get; }

    /// <summary>What the column contains, and its unit, in a sentence.</summary>
    public string Meaning { get; }

    /// <summary>A row's value as text for CSV; null: an empty field.</summary>
    public abstract string? TextOf(TRow row);

    /// <summary>Creates a buffer for the column's values in one row group of a Parquet file.</summary>
    internal abstract IColumnBuffer<TRow> CreateBuffer(int capacity);
}

/// <summary>A column of texts.</summary>
internal sealed class TextColumn<TRow>(string name, string meaning, bool isRequired, Func<TRow, string?> value)
    : ExportColumn<TRow>(name, isRequired ? "text" : "text or empty", meaning)
{
    public override string? TextOf(TRow row) => value(row);

    internal override IColumnBuffer<TRow> CreateBuffer(int capacity) =>
        new TextBuffer<TRow>(Name, isRequired, value, capacity);
}

/// <summary>A column of numbers, booleans or times.</summary>
internal sealed class ValueColumn<TRow, TValue>(
    string name, string type, string meaning, bool isRequired, Func<TRow, TValue?> value)
    : ExportColumn<TRow>(name, isRequired ? type : $"{type} or empty", meaning)
    where TValue : struct
{
    public override string? TextOf(TRow row) => value(row) switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString(),
    };

    internal override IColumnBuffer<TRow> CreateBuffer(int capacity) =>
        new ValueBuffer<TRow, TValue>(Name, isRequired, value, capacity);
}
