using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Error answers of the API: problem documents (RFC 9457).</summary>
internal static partial class Problems
{
    public static IResult BadRequest(string why) => Results.Problem(why, statusCode: StatusCodes.Status400BadRequest);

    public static IResult Forbidden(string why) => Results.Problem(why, statusCode: StatusCodes.Status403Forbidden);

    public static IResult NoSweep(string name) => NotFound($"name: no sweep is named {name}");

    public static IResult NoTrial(string key) =>
        NotFound($"trial: no trial {key} exists; `sbnn show <name>` lists them");

    public static IResult NotFound(string why) => Results.Problem(why, statusCode: StatusCodes.Status404NotFound);

    public static IResult NotJson() =>
        Results.Problem("Content-Type: application/json is required",
            statusCode: StatusCodes.Status415UnsupportedMediaType);

    public static IResult TooLarge(string why) =>
        Results.Problem(why, statusCode: StatusCodes.Status413PayloadTooLarge);

    /// <summary>The problem document of an expected error; null for a bug.</summary>
    public static ProblemHttpResult? Find(Exception error) => error switch
    {
        BadInputException => TypedResults.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest),
        BadHttpRequestException bad => TypedResults.Problem(error.Message, statusCode: bad.StatusCode),
        LedgerUnavailableException ledger => TypedResults.Problem(
            error.Message,
            statusCode: ledger.IsTransient
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status500InternalServerError,
            title: "The ledger cannot be used",
            type: ProblemType.Ledger),
        _ => null,
    };

    /// <summary>Logs a bug. The answer to the client contains no details.</summary>
    public static ProblemHttpResult OfBug(Exception error, HttpRequest request, ILogger log)
    {
        LogBug(log, error, request.Method, request.Path);
        return TypedResults.Problem(
            "unexpected error; see the log of this sbnn", statusCode: StatusCodes.Status500InternalServerError);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogBug(ILogger log, Exception error, string method, PathString path);
}
