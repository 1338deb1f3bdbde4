using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Rejects requests that do not come from a node. A node sends the secret from its admission as a bearer token.
/// </summary>
internal sealed class NodeFilter(INodeAdmission nodes) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Find(nodes, context.HttpContext.Request) is null
            ? ValueTask.FromResult<object?>(
                Problems.Forbidden("token: only a node that has joined this head may use this endpoint"))
            : next(context);

    /// <summary>The node whose request passed the filter.</summary>
    public static NodeName NodeOf(HttpContext context) =>
        Find(context.RequestServices.GetRequiredService<INodeAdmission>(), context.Request)!.Value;

    private static NodeName? Find(INodeAdmission nodes, HttpRequest request) =>
        TokenGate.BearerOf(request) is { } secret ? nodes.FindNode(secret) : null;
}
