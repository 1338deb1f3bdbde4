using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Endpoints that serve the files of a sweep's report, each at a permanent address.</summary>
internal static class ReportReads
{
    // Texts of users are escaped in every file. Even so, a page of a report must not run programs on the head's origin.
    private const string ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:";

    /// <summary>Maps <c>{name}/report</c>, <c>report.zip</c>, <c>report/files</c> and <c>report/{file}</c>.</summary>
    public static void MapReports(this RouteGroupBuilder sweeps)
    {
        sweeps.MapGet("/{name}/report", static async (string name, HttpResponse response, SweepReports reports) =>
            await reports.FindAsync(name) is { } report
                ? Send((await report.FindAsync(TableFormat.Md.FileName()))!, isDownload: false, response)
                : Problems.NoSweep(name))
            .Sends(
                typeof(string), ["text/markdown"], "Reads the table of a sweep as it is now, as Markdown.", 400, 404)
            .WithTags(Documentation.Reports);
        sweeps.MapGet("/{name}/report.zip", static async (string name, HttpResponse response, SweepReports reports) =>
            await reports.FindAsync(name) is { } report
                ? Send(await report.GetArchiveAsync(), isDownload: true, response)
                : Problems.NoSweep(name))
            .Sends(
                typeof(byte[]), ["application/zip"], "Reads all files of a sweep's report as they are now.", 400, 404)
            .WithTags(Documentation.Reports);
        sweeps.MapGet("/{name}/report/files", static async (string name, HttpRequest request, SweepReports reports) =>
            await reports.FindAsync(name) is { } report
                ? Content.Json(new ReportFileList
                {
                    Items = [.. report.Names.Select(file => new ReportFileEntry
                    {
                        Name = file,
                        Path = $"{request.PathBase}/api/v1/sweeps/{Uri.EscapeDataString(name)}/report/{file}",
                    })],
                })
                : Problems.NoSweep(name))
            .Answers<ReportFileList>("Lists the files that a sweep's report has now.", 400, 404)
            .WithTags(Documentation.Reports);
        sweeps.MapGet("/{name}/report/{file}", SendFileAsync)
            .Sends(
                typeof(byte[]),
                ["text/markdown", "application/x-tex", "text/csv", "text/html", Content.JsonType, "image/svg+xml",
                    "image/png"],
                "Reads a file of a sweep's report as it is now. The address stays the same.", 400, 404)
            .With<bool>("download", "True: the browser saves the file instead of showing it.")
            .WithTags(Documentation.Reports);
    }

    private static async Task<IResult> SendFileAsync(
        string name, string file, HttpRequest request, HttpResponse response, SweepReports reports)
    {
        var isDownload = Query.Flag(request, "download");
        if (await reports.FindAsync(name) is not { } report) return Problems.NoSweep(name);
        return await report.FindAsync(file) is { } found
            ? Send(found, isDownload, response)
            : Problems.NotFound(
                $"file: the report of {name} has no file {file} now (allowed: {string.Join(", ", report.Names)})");
    }

    private static Content Send(RenderedFile file, bool isDownload, HttpResponse response)
    {
        response.Headers.ContentDisposition =
            new ContentDispositionHeaderValue(isDownload ? "attachment" : "inline") { FileName = file.Name }.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        return new Content(file.Bytes, file.MediaType, file.Sha256);
    }
}
