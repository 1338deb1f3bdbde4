using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Serves prepared images to nodes that lack the images of a trial. Images are addressed by digest, and the node
/// verifies the digest.
/// </summary>
internal static class ImageFiles
{
    /// <summary>Maps <c>images/{digest}</c> for GET and HEAD, with ranges.</summary>
    public static void MapImages(this RouteGroupBuilder api) =>
        api.MapMethods("/images/{digest}", [HttpMethods.Get, HttpMethods.Head], Send).AddEndpointFilter<NodeFilter>()
            .WithMetadata(Caller.Node)
            .Sends(
                typeof(byte[]), ["application/octet-stream"], "Reads prepared images; supports ranges.", 400, 403, 404)
            .WithTags(Documentation.NodeFiles);

    private static IResult Send(string digest, [FromServices] PreparedFolder prepared)
    {
        if (!PreparedFolder.IsDigest(digest))
            return Problems.BadRequest("digest: not allowed (allowed: 64 lower-case hex digits)");
        return prepared.Find(digest) is { } file
            ? Results.File(file, "application/octet-stream", entityTag: new EntityTagHeaderValue($"\"{digest}\""),
                enableRangeProcessing: true)
            : Problems.NotFound($"the head has no prepared images with the digest {digest}");
    }
}
