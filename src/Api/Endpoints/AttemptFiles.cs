using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Receives checkpoints and kept weights from nodes, and passes checkpoints on to other nodes. A HEAD and a PATCH
/// request declare the file's length and SHA-256. HEAD returns how many bytes of that file the head has, and PATCH
/// appends bytes, so an interrupted upload can resume. Only the node of the attempt may upload its files, and only the
/// node that runs the trial now may download its checkpoint.
/// </summary>
internal static class AttemptFiles
{
    /// <summary>
    /// In an answer: the number of bytes that the head has. In a PATCH request: the position of the sent bytes in the
    /// file.
    /// </summary>
    public const string OffsetHeader = "Upload-Offset";

    /// <summary>The header with the file's length.</summary>
    public const string LengthHeader = "Upload-Length";

    /// <summary>The header with the file's SHA-256, in lower-case hex.</summary>
    public const string DigestHeader = "Upload-Digest";

    /// <summary>The largest body of one PATCH request, in bytes.</summary>
    public const int LargestPart = 16 << 20;

    private const string Bytes = "application/octet-stream";

    private static readonly Dictionary<UploadedFile, string> Titles = new()
    {
        [UploadedFile.Checkpoint] = "an attempt's checkpoint",
        [UploadedFile.BestWeights] = "an attempt's best weights",
        [UploadedFile.LastWeights] = "an attempt's last weights",
    };

    /// <summary>Maps the paths of <see cref="PathOf"/> below <c>trials/{key}/attempts/{n}</c>.</summary>
    public static void MapAttemptFiles(this RouteGroupBuilder api)
    {
        var files = api.MapGroup("/trials/{key}/attempts/{attempt:int}")
            .AddEndpointFilter<NodeFilter>().WithMetadata(Caller.Node);
        foreach (var file in Enum.GetValues<UploadedFile>())
        {
            files.MapMethods(PathOf(file), [HttpMethods.Head],
                (string key, int attempt, HttpRequest request, [FromServices] LedgerReader ledger,
                    [FromServices] UploadStores stores) =>
                    GetOffsetAsync(Read(key, attempt, file, request), request, ledger, stores.Of(file)))
                .Sends(
                    typeof(void), [Bytes], $"Tells how many bytes of {Titles[file]} the head has.", 400, 403, 409, 413)
                .With<long>(LengthHeader, "The file's length.", isHeader: true)
                .With<string>(DigestHeader, "The file's SHA-256.", isHeader: true).WithTags(Documentation.NodeFiles);
            files.MapMethods(PathOf(file), [HttpMethods.Patch],
                (string key, int attempt, HttpRequest request, [FromServices] LedgerReader ledger,
                    [FromServices] UploadStores stores) =>
                    AppendAsync(Read(key, attempt, file, request), request, ledger, stores.Of(file)))
                .WithMetadata(new PartLimit(LargestPart))
                .Sends(typeof(void), [Bytes], $"Appends the body to {Titles[file]}.", 400, 403, 409, 412, 413, 422, 507)
                .With<long>(OffsetHeader, "The position of the body in the file.", isHeader: true)
                .With<long>(LengthHeader, "The file's length.", isHeader: true)
                .With<string>(DigestHeader, "The file's SHA-256.", isHeader: true).WithTags(Documentation.NodeFiles);
        }

        files.MapGet(PathOf(UploadedFile.Checkpoint), DownloadAsync)
            .Sends(typeof(byte[]), [Bytes], "Reads the checkpoint of an attempt; supports ranges.", 400, 403, 404, 409)
            .WithTags(Documentation.NodeFiles);
    }

    private static string PathOf(UploadedFile file) => $"/{EnumWords.Of(file)}";

    private static async Task<IResult> GetOffsetAsync(
        FileUpload upload, HttpRequest request, LedgerReader ledger, IUploadStore store)
    {
        if (!BelongsToNode(await ledger.FindTrialAsync(upload.Attempt.Trial), upload)) return NotOfNode(upload);
        if (store.FindRefusal(upload) is { } refusal) return Rejected(refusal);
        return WithOffset(request, store.OffsetOf(upload), Results.Ok());
    }

    private static async Task<IResult> AppendAsync(
        FileUpload upload, HttpRequest request, LedgerReader ledger, IUploadStore store)
    {
        var offset = WholeNumber(request, OffsetHeader, 0);
        if (!BelongsToNode(await ledger.FindTrialAsync(upload.Attempt.Trial), upload)) return NotOfNode(upload);
        if (store.FindRefusal(upload) is { } refusal) return Rejected(refusal);
        if (store.OffsetOf(upload) is var here && here != offset) return WrongOffset(request, here, offset);
        using var part = new MemoryStream();
        await request.Body.CopyToAsync(part, request.HttpContext.RequestAborted);
        if (offset + part.Length > upload.Bytes)
        {
            return Problems.BadRequest(
                $"body: {part.Length} bytes at {offset} exceed the declared length {upload.Bytes}");
        }

        // The trial may have changed during the transfer, so it is read again.
        var trial = await ledger.FindTrialAsync(upload.Attempt.Trial);
        if (!BelongsToNode(trial, upload)) return NotOfNode(upload);
        var outcome = store.Append(
            upload, offset, part.GetBuffer().AsMemory(0, (int)part.Length), trial!.Spec.DataDigest);
        if (outcome.Fault is { } fault)
        {
            return Results.Problem(
                $"{fault}; the uploaded part was deleted", statusCode: StatusCodes.Status422UnprocessableEntity);
        }

        return outcome.Offset < offset + part.Length
            ? WrongOffset(request, outcome.Offset, offset)
            : WithOffset(request, outcome.Offset, Results.NoContent());
    }

    private static async Task<IResult> DownloadAsync(
        string key, int attempt, HttpRequest request, [FromServices] LedgerReader ledger,
        [FromServices] UploadStores stores)
    {
        var id = IdOf(key, attempt);
        var trial = await ledger.FindTrialAsync(id.Trial);
        if (trial is not { State: TrialState.Running } || trial.Node != NodeFilter.NodeOf(request.HttpContext))
        {
            return Results.Problem(
                $"trial: {id.Trial.Short} does not run on this node", statusCode: StatusCodes.Status409Conflict);
        }

        return stores.Checkpoints.FindFile(id) is { } file
            ? Results.File(file, Bytes, enableRangeProcessing: true)
            : Problems.NotFound($"attempt: the head has no checkpoint of attempt {id}");
    }

    // An attempt that has just ended still belongs to its node until the next attempt begins.
    private static bool BelongsToNode(TrialRow? trial, FileUpload upload) =>
        trial is not null && trial.State != TrialState.Finished && trial.Attempt == upload.Attempt.Attempt
        && trial.Node == upload.Node;

    private static IResult NotOfNode(FileUpload upload) =>
        Results.Problem(
            $"attempt: {upload.Attempt} does not belong to node {upload.Node}",
            statusCode: StatusCodes.Status409Conflict);

    private static IResult Rejected(UploadRefusal refusal) => Results.Problem(
        refusal.Reason,
        statusCode: refusal.IsOutOfSpace
            ? StatusCodes.Status507InsufficientStorage
            : StatusCodes.Status413PayloadTooLarge);

    private static IResult WrongOffset(HttpRequest request, long here, long offset) => WithOffset(
        request,
        here,
        Results.Problem(
            $"{OffsetHeader}: {offset} is not the end of the stored part (allowed: {here})",
            statusCode: StatusCodes.Status412PreconditionFailed));

    private static IResult WithOffset(HttpRequest request, long offset, IResult result)
    {
        request.HttpContext.Response.Headers[OffsetHeader] = offset.ToString(CultureInfo.InvariantCulture);
        return result;
    }

    private static FileUpload Read(string key, int attempt, UploadedFile file, HttpRequest request)
    {
        var digest = request.Headers[DigestHeader].ToString();
        if (!PreparedFolder.IsDigest(digest))
            throw new BadInputException($"{DigestHeader}: not allowed (allowed: 64 lower-case hex digits)");
        return new FileUpload(
            NodeFilter.NodeOf(request.HttpContext), IdOf(key, attempt), file, digest,
            WholeNumber(request, LengthHeader, 1));
    }

    private static AttemptId IdOf(string key, int attempt) => PreparedFolder.IsDigest(key) && attempt >= 1
        ? new AttemptId(new TrialKey(key), attempt)
        : throw new BadInputException("trial, attempt: not allowed (allowed: 64 lower-case hex digits, and 1, 2, …)");

    private static long WholeNumber(HttpRequest request, string header, long least) =>
        long.TryParse(
            request.Headers[header].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && value >= least
            ? value
            : throw new BadInputException($"{header}: not allowed (allowed: a whole number from {least})");

    private sealed record PartLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
