namespace Sbnn.Sweeps.Reports.Export;

/// <summary>Creates the columns of the file whose rows are made from <typeparamref name="TRow"/>.</summary>
internal static class Columns<TRow>
{
    public static ExportColumn<TRow> Text(string name, string meaning, Func<TRow, string> value) =>
        new TextColumn<TRow>(name, meaning, isRequired: true, value);

    public static ExportColumn<TRow> OptionalText(string name, string meaning, Func<TRow, string?> value) =>
        new TextColumn<TRow>(name, meaning, isRequired: false, value);

    public static ExportColumn<TRow> Whole(string name, string meaning, Func<TRow, long> value) =>
        new ValueColumn<TRow, long>(name, "integer", meaning, isRequired: true, row => value(row));

    public static ExportColumn<TRow> OptionalWhole(string name, string meaning, Func<TRow, long?> value) =>
        new ValueColumn<TRow, long>(name, "integer", meaning, isRequired: false, value);

    public static ExportColumn<TRow> Number(string name, string meaning, Func<TRow, double> value) =>
        new ValueColumn<TRow, double>(name, "number", meaning, isRequired: true, row => value(row));

    public static ExportColumn<TRow> OptionalNumber(string name, string meaning, Func<TRow, double?> value) =>
        new ValueColumn<TRow, double>(name, "number", meaning, isRequired: false, value);

    public static ExportColumn<TRow> OptionalFlag(string name, string meaning, Func<TRow, bool?> value) =>
        new ValueColumn<TRow, bool>(name, "boolean", meaning, isRequired: false, value);

    public static ExportColumn<TRow> OptionalTime(string name, string meaning, Func<TRow, DateTimeOffset?> value) =>
        new ValueColumn<TRow, DateTime>(name, "time", meaning, isRequired: false, row => value(row)?.UtcDateTime);
}
