using Microsoft.AspNetCore.Http;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Answers of the API that say what went wrong: problem documents (RFC 9457).</summary>
internal static class Problems
{
    public static IResult BadRequest(string why) => Results.Problem(why, statusCode: StatusCodes.Status400BadRequest);

    public static IResult Forbidden(string why) => Results.Problem(why, statusCode: StatusCodes.Status403Forbidden);

    public static IResult NoSweep(string name) => NotFound($"there is no sweep named {name}");

    public static IResult NotFound(string why) => Results.Problem(why, statusCode: StatusCodes.Status404NotFound);

    public static IResult NotJson() => Results.Problem("Content-Type: application/json is required", statusCode: StatusCodes.Status415UnsupportedMediaType);
}
