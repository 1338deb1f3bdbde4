using Microsoft.AspNetCore.Http;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Prevents web pages of other origins from changing sweeps. A browser does not let a page send <c>application/json</c>
/// to another origin without permission, and always sends the page's origin.
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
