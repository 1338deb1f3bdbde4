using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>
/// Lets only requests through that have the home's token: programs send it as a bearer token (RFC 6750), a browser
/// opens an address with <c>?token=</c> once and then has a cookie, as with Jupyter. Nodes and machines that join have
/// secrets of their own,
/// each good for the endpoints that <see cref="Caller"/> marks. Only <c>/healthz</c> and <c>/readyz</c> answer without.
/// </summary>
public static class TokenGate
{
    /// <summary>The name of the token in an address.</summary>
    public const string QueryName = "token";

    private const string Scheme = "Bearer ";
    private const int WrongTokensAMinute = 20;

    /// <summary>
    /// Refuses every other request with 401, and with 429 after too many wrong tokens. To be called before anything is
    /// mapped.
    /// </summary>
    public static IApplicationBuilder UseToken(this IApplicationBuilder app, ApiToken token, INodeAdmission nodes)
    {
        var wrong = new FixedWindowRateLimiter(
            new() { PermitLimit = WrongTokensAMinute, Window = TimeSpan.FromMinutes(1) });
        app.ApplicationServices.GetService<IHostApplicationLifetime>()?.ApplicationStopped.Register(wrong.Dispose);
        return app.Use((HttpContext context, RequestDelegate next) =>
        {
            var request = context.Request;
            if (request.Path == "/healthz" || request.Path == "/readyz") return next(context);
            var caller = context.GetEndpoint()?.Metadata.OfType<Caller>().Cast<Caller?>().FirstOrDefault();
            if (BearerOf(request) is { } sent)
                return IsRight(sent, caller) ? next(context) : RefuseWrongAsync(context, wrong);
            if (caller == Caller.NodeEnrollment) return RefuseAsync(context, "the join token is missing");
            if (request.Query[QueryName] is [{ } inAddress])
                return token.Is(inAddress) ? LogInAsync(context, token) : RefuseWrongAsync(context, wrong);
            if (request.Cookies[CookieOf(request)] is not { } cookie)
                return RefuseAsync(context, "the token is missing");
            if (!token.IsCookie(cookie)) return RefuseWrongAsync(context, wrong);
            return IsOfOtherPage(request) ? RefuseOriginAsync(context) : next(context);
        });

        bool IsRight(string sent, Caller? caller) => caller switch
        {
            Caller.NodeEnrollment => nodes.IsJoinToken(sent),
            Caller.Node => token.Is(sent) || nodes.FindNode(sent) is not null,
            _ => token.Is(sent),
        };
    }

    /// <summary>The bearer token that a request carries; null when it carries none.</summary>
    internal static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim()
            : null;

    // Browsers share cookies among the ports of a host: two homes must not take each other's.
    private static string CookieOf(HttpRequest request) =>
        string.Create(CultureInfo.InvariantCulture, $"sbnn-{request.Host.Port ?? 0}");

    // Away from the address that has the token: it would stay in the history, and in what a user copies.
    private static Task LogInAsync(HttpContext context, ApiToken token)
    {
        var request = context.Request;
        context.Response.Cookies.Append(CookieOf(request), token.CookieText, new CookieOptions
        {
            HttpOnly = true,
            Secure = true, // Browsers take the loopback interface for secure.
            SameSite = SameSiteMode.Strict,
            Path = "/",
        });
        context.Response.Headers.CacheControl = "no-store";
        var rest = QueryString.Create(request.Query.Where(static pair => pair.Key != QueryName));
        context.Response.Redirect(UriHelper.BuildRelative(request.PathBase, request.Path, rest));
        return Task.CompletedTask;
    }

    // A cookie goes along with what pages of other ports of this host ask, too, and nothing else stops their web
    // sockets.
    private static bool IsOfOtherPage(HttpRequest request) =>
        (request.HttpContext.WebSockets.IsWebSocketRequest || request.Headers.ContainsKey("Sec-WebSocket-Key")
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        && request.Headers.Origin is [{ Length: > 0 } origin] && origin != $"{request.Scheme}://{request.Host}";

    private static Task RefuseOriginAsync(HttpContext context) => Results.Problem(
        $"Origin: a page of {context.Request.Headers.Origin} may not use this sbnn",
        statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);

    private static Task RefuseWrongAsync(HttpContext context, FixedWindowRateLimiter wrong)
    {
        if (wrong.AttemptAcquire().IsAcquired) return RefuseAsync(context, "the token is not this home's");
        context.Response.Headers.RetryAfter = "60";
        return Results.Problem("too many wrong tokens; wait a minute", statusCode: StatusCodes.Status429TooManyRequests)
            .ExecuteAsync(context);
    }

    private static Task RefuseAsync(HttpContext context, string problem)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"sbnn\"";
        return Results.Problem(
            $"{problem}: open the address that `sbnn run` and `sbnn status` print, or send the home's file `token` "
            + "as `Authorization: Bearer …`",
            statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }
}
