namespace Sbnn.Sweeps.Reports.Export;

/// <summary>The form of an export's files.</summary>
public enum ExportFormat
{
    /// <summary>Comma-separated text by RFC 4180.</summary>
    Csv = 0,

    /// <summary>Apache Parquet, with a type for each column.</summary>
    Parquet = 1,
}
