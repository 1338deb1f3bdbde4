using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// An answer whose bytes are known. The answer to a read has a strong ETag, the SHA-256 of its bytes, and is empty
/// (304) when the client names that ETag in <c>If-None-Match</c>.
/// </summary>
/// <param name="bytes">The content.</param>
/// <param name="mediaType">The media type.</param>
/// <param name="sha256">SHA-256 of the content in hex, when the caller knows it.</param>
internal sealed class Content(ReadOnlyMemory<byte> bytes, string mediaType, string? sha256 = null) : IResult
{
    /// <summary>The media type of JSON.</summary>
    public const string JsonType = "application/json; charset=utf-8";

    /// <summary>A JSON document.</summary>
    public static Content Json<T>(T value) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, SbnnJson.Options), JsonType);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var isHead = HttpMethods.IsHead(request.Method);
        if (isHead || HttpMethods.IsGet(request.Method))
        {
            var digest = sha256 ?? Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
            var tag = new EntityTagHeaderValue($"\"{digest}\"");
            response.Headers.ETag = tag.ToString();
            // A cache asks before each use, and no cache is shared between users.
            response.Headers.CacheControl = "no-cache, private";
            if (request.GetTypedHeaders().IfNoneMatch.Any(known =>
                known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }

        (response.ContentType, response.ContentLength) = (mediaType, bytes.Length);
        return isHead ? Task.CompletedTask : response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
    }
}
