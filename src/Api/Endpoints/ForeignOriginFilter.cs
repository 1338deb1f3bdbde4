using Microsoft.AspNetCore.Http;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Keeps web pages of other origins from changing sweeps behind their reader's back. A page cannot send
/// <c>application/json</c> to another
/// origin unasked, and it cannot hide its own origin.
/// </summary>
internal sealed class ForeignOriginFilter : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (request.Headers.Origin is [{ Length: > 0 } origin] && origin != $"{request.Scheme}://{request.Host}")
            return ValueTask.FromResult<object?>(
                Problems.Forbidden($"Origin: a page of {origin} may not change sweeps"));
        return request.HasJsonContentType() ? next(context) : ValueTask.FromResult<object?>(Problems.NotJson());
    }
}
