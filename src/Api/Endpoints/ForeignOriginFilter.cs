using Microsoft.AspNetCore.Http;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Prevents web pages of other origins from changing sweeps. The filter rejects requests that name another origin or
/// are not <c>application/json</c>: a browser always sends the page's origin with a change, and does not let a page
/// send JSON to another origin without that origin's permission.
/// </summary>
internal sealed class ForeignOriginFilter : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (request.Headers.Origin is [{ Length: > 0 } origin] && origin != $"{request.Scheme}://{request.Host}")
            return ValueTask.FromResult<object?>(
                Problems.Forbidden($"Origin: pages of {origin} may not change sweeps (allowed: pages of this sbnn)"));
        return request.HasJsonContentType() ? next(context) : ValueTask.FromResult<object?>(Problems.NotJson());
    }
}
