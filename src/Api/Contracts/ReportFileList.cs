namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>The files that a sweep's report has now.</summary>
public sealed record ReportFileList
{
    /// <summary>The files, in the order of the report.</summary>
    public required IReadOnlyList<ReportFileEntry> Items { get; init; }
}

/// <summary>A file of a report.</summary>
public sealed record ReportFileEntry
{
    /// <summary>The file's name.</summary>
    public required string Name { get; init; }

    /// <summary>The path of the file on the head. It stays the same for the life of the sweep.</summary>
    public required string Path { get; init; }
}
