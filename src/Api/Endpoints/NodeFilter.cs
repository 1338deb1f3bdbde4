using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Refuses every request that is not a node's.</summary>
internal sealed class NodeFilter(INodeIdentity nodes) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        nodes.Find(context.HttpContext) is null
            ? ValueTask.FromResult<object?>(
                Problems.Forbidden("only a node that has joined this head may ask for this"))
            : next(context);

    /// <summary>The node whose request passed the filter.</summary>
    public static NodeName NodeOf(HttpContext request) =>
        request.RequestServices.GetRequiredService<INodeIdentity>().Find(request)!.Value;
}
