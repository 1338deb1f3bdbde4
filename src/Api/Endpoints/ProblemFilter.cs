using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Turns an exception of an endpoint into a problem document. Only bugs are logged, with their stack traces.
/// </summary>
internal sealed class ProblemFilter(ILogger<ProblemFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception error) when (Problems.Find(error) is { } problem)
        {
            return problem;
        }
        catch (Exception error) when (!context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Problems.OfBug(error, context.HttpContext.Request, logger);
        }
    }
}
