using System.Security.Cryptography;
using Sbnn.Sweeps.Reports;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>The files of a report. Each is rendered when it is first read, and then kept.</summary>
public sealed class RenderedReport
{
    private readonly Dictionary<string, Lazy<RenderedFile>> _files = new(StringComparer.Ordinal);
    private readonly Lazy<RenderedFile> _archive;

    internal RenderedReport(string sweep, IEnumerable<ReportFile> files)
    {
        // The enumeration renders the texts of the report.
        var all = files.ToList();
        Names = [.. all.Select(static file => file.Name)];
        foreach (var file in all)
            _files.Add(file.Name, new Lazy<RenderedFile>(() => new RenderedFile(file.Name, file.Render())));
        _archive = new Lazy<RenderedFile>(() => new RenderedFile($"{sweep}.zip", ReportArchive.Write(
            Names.Select(name => new ReportFile(name, () => _files[name].Value.Bytes)))));
    }

    /// <summary>The names of the files, in the order of the report.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>All files as a ZIP archive.</summary>
    public Task<RenderedFile> GetArchiveAsync() => RenderAsync(_archive);

    /// <summary>A file; null when the report has no file with this name.</summary>
    public async Task<RenderedFile?> FindAsync(string name) =>
        _files.TryGetValue(name, out var file) ? await RenderAsync(file) : null;

    private static Task<RenderedFile> RenderAsync(Lazy<RenderedFile> file) =>
        file.IsValueCreated ? Task.FromResult(file.Value) : Task.Run(() => file.Value);
}

/// <summary>A rendered file of a report.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Bytes">The content.</param>
public sealed record RenderedFile(string Name, byte[] Bytes)
{
    /// <summary>SHA-256 of the content, 64 lower-case hex digits.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <summary>The media type of the content.</summary>
    public string MediaType => Path.GetExtension(Name) switch
    {
        ".md" => "text/markdown; charset=utf-8",
        ".tex" => "application/x-tex; charset=utf-8",
        ".csv" => "text/csv; charset=utf-8",
        ".html" => "text/html; charset=utf-8",
        ".json" => "application/json; charset=utf-8",
        ".svg" => "image/svg+xml; charset=utf-8",
        ".png" => "image/png",
        ".zip" => "application/zip",
        _ => "application/octet-stream",
    };
}
