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
/// Passes checkpoints between nodes through the head. A HEAD and a PATCH request declare the file's length and SHA-256.
/// HEAD returns how many bytes of that file the head has, and PATCH appends bytes, so an interrupted upload can resume.
/// Only the node of the attempt may upload its checkpoint, and only the node that runs the trial now may download it.
/// </summary>
internal static class Checkpoints
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

    private const string Path = "/trials/{key}/attempts/{attempt:int}/checkpoint";

    /// <summary>Maps <c>trials/{key}/attempts/{n}/checkpoint</c>.</summary>
    public static void MapCheckpoints(this RouteGroupBuilder api)
    {
        var checkpoints = api.MapGroup("").AddEndpointFilter<NodeFilter>().WithMetadata(Caller.Node);
        checkpoints.MapMethods(Path, [HttpMethods.Head], GetOffsetAsync);
        checkpoints.MapMethods(Path, [HttpMethods.Patch], AppendAsync).WithMetadata(new PartLimit(LargestPart));
        checkpoints.MapGet(Path, DownloadAsync);
    }

    private static async Task<IResult> GetOffsetAsync(
        string key, int attempt, HttpRequest request, [FromServices] LedgerReader ledger,
        [FromServices] ICheckpointStore store)
    {
        var upload = Read(key, attempt, request);
        if (!BelongsToNode(await ledger.FindTrialAsync(upload.Attempt.Trial), upload)) return NotOfNode(upload);
        if (store.FindRefusal(upload) is { } refusal) return Rejected(refusal);
        return WithOffset(request, store.OffsetOf(upload), Results.Ok());
    }

    private static async Task<IResult> AppendAsync(
        string key, int attempt, HttpRequest request, [FromServices] LedgerReader ledger,
        [FromServices] ICheckpointStore store)
    {
        var upload = Read(key, attempt, request);
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
        [FromServices] ICheckpointStore store)
    {
        var id = IdOf(key, attempt);
        var trial = await ledger.FindTrialAsync(id.Trial);
        if (trial is not { State: TrialState.Running } || trial.Node != NodeFilter.NodeOf(request.HttpContext))
        {
            return Results.Problem(
                $"trial: {id.Trial.Short} does not run on this node", statusCode: StatusCodes.Status409Conflict);
        }

        return store.FindFile(id) is { } file
            ? Results.File(file, "application/octet-stream", enableRangeProcessing: true)
            : Problems.NotFound($"attempt: the head has no checkpoint of attempt {id}");
    }

    // An attempt that has just ended still belongs to its node until the next attempt begins.
    private static bool BelongsToNode(TrialRow? trial, CheckpointUpload upload) =>
        trial is not null && trial.State != TrialState.Finished && trial.Attempt == upload.Attempt.Attempt
        && trial.Node == upload.Node;

    private static IResult NotOfNode(CheckpointUpload upload) =>
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

    private static CheckpointUpload Read(string key, int attempt, HttpRequest request)
    {
        var digest = request.Headers[DigestHeader].ToString();
        if (!PreparedFolder.IsDigest(digest))
            throw new BadInputException($"{DigestHeader}: not allowed (allowed: 64 lower-case hex digits)");
        return new CheckpointUpload(
            NodeFilter.NodeOf(request.HttpContext), IdOf(key, attempt), digest, WholeNumber(request, LengthHeader, 1));
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
