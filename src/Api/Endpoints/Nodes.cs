using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Endpoints for the head's nodes: their list, draining, removing and joining.</summary>
internal static class Nodes
{
    private const int LeastSeconds = 60, MostSeconds = 365 * 24 * 3600;

    /// <summary>Maps <c>/api/v1/nodes</c> and the endpoints for joining.</summary>
    public static void MapNodes(this RouteGroupBuilder api)
    {
        api.MapGet("/nodes", static (NodeViews nodes) =>
            Content.Json(new NodeList { Items = [.. nodes.List().Select(ContractMapping.ToContract)] }))
            .Answers<NodeList>("Lists the nodes by name.").WithTags(Documentation.Nodes);
        var changes = api.MapGroup("").AddEndpointFilter<ForeignOriginFilter>();
        changes.MapPut("/nodes/{name}/draining", DrainAsync).Takes<DrainRequest>()
            .Answers<Node>("Prevents trials from starting on a node, or allows that again.", 403, 404, 415)
            .WithTags(Documentation.Nodes);
        changes.MapDelete("/nodes/{name}", RemoveAsync)
            .Answers<Node>("Revokes the certificate and the secret of a node.", 403, 404, 415)
            .WithTags(Documentation.Nodes);
        changes.MapPost("/join-tokens", CreateTokenAsync).Takes<JoinTokenRequest>()
            .Answers<JoinToken>("Creates a token with which machines join.", 403, 415).WithTags(Documentation.Nodes);
        changes.MapPost("/join", static async (HttpRequest request, INodeAdmission admission) =>
            Content.Json(admission.Admit(await RequestBody.ReadAsync<JoinRequest>(request))))
                .WithMetadata(Caller.NodeEnrollment).Takes<JoinRequest>()
                .Answers<JoinedNode>("Admits a machine with a join token as a node.", 403, 415)
                .WithTags(Documentation.Nodes);
        changes.MapPost("/renewals", static async (HttpRequest request, INodeAdmission admission) =>
            Content.Json(
                admission.Renew(TokenGate.BearerOf(request)!, await RequestBody.ReadAsync<RenewalRequest>(request))))
                    .AddEndpointFilter<NodeFilter>().WithMetadata(Caller.Node).Takes<RenewalRequest>()
                    .Answers<RenewedCertificate>("Gives a node its next certificate.", 403, 415)
                    .WithTags(Documentation.Nodes);
    }

    private static async Task<IResult> DrainAsync(
        string name, HttpRequest request, INodeAdmission admission, NodeViews nodes, IGrainFactory grains)
    {
        var requested = await RequestBody.ReadAsync<DrainRequest>(request);
        if (nodes.Find(name) is null) return NoNode(name);
        admission.Drain(new NodeName(name), requested.Draining);
        await grains.GetGrain<INodeGrain>(name).PokeAsync();
        return Content.Json(nodes.Find(name)!.ToContract());
    }

    private static async Task<IResult> RemoveAsync(
        string name, INodeAdmission admission, NodeViews nodes, IGrainFactory grains)
    {
        var before = nodes.Find(name);
        if (before is null || !admission.Remove(new NodeName(name))) return NoNode(name);
        // After this call the node synchronises, is refused and stops its trainers.
        await grains.GetGrain<INodeGrain>(name).PokeAsync();
        await grains.GetGrain<ISchedulerGrain>(0).LeaveAsync(new NodeName(name), "was removed");
        return Content.Json(before.ToContract());
    }

    private static async Task<IResult> CreateTokenAsync(HttpRequest request, INodeAdmission admission)
    {
        var seconds = (await RequestBody.ReadAsync<JoinTokenRequest>(request)).ExpiresInSeconds;
        return seconds is >= LeastSeconds and <= MostSeconds
            ? Content.Json(admission.CreateToken(TimeSpan.FromSeconds(seconds)))
            : throw new BadInputException(
                $"expiresInSeconds: {seconds} is not allowed (allowed: a whole number from {LeastSeconds} to "
                    + $"{MostSeconds})");
    }

    private static IResult NoNode(string name) => Problems.NotFound($"name: no node is named {name}");
}
