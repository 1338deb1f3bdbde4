using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Turns whatever an endpoint throws into a problem document. Only a bug is logged, with its stack trace.
/// </summary>
internal sealed partial class ProblemFilter(ILogger<ProblemFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (BadInputException error)
        {
            return Problems.BadRequest(error.Message);
        }
        catch (BadHttpRequestException error)
        {
            return Results.Problem(error.Message, statusCode: error.StatusCode);
        }
        catch (LedgerUnavailableException error)
        {
            var status = error.IsPassing ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
            return Results.Problem(error.Message, statusCode: status, title: "The ledger cannot be used", type: ProblemType.Ledger);
        }
        catch (Exception error) when (!context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            LogBug(error, context.HttpContext.Request.Method, context.HttpContext.Request.Path);
            return Results.Problem("an unexpected error, which sbnn has logged", statusCode: StatusCodes.Status500InternalServerError);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogBug(Exception error, string method, PathString path);
}
