using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>
/// Accepts only requests with the home's token. Programs send it as a bearer token (RFC 6750). A browser opens an
/// address with <c>?token=</c> once and then uses a cookie, as with Jupyter. Nodes and joining machines have secrets of
/// their own, which are valid for the endpoints that <see cref="Caller"/> marks. <c>/healthz</c> and <c>/readyz</c>
/// require no token.
/// </summary>
public static class TokenGate
{
    /// <summary>The query parameter that carries the token.</summary>
    public const string QueryName = "token";

    private const string Scheme = "Bearer ";
    private const int MaxWrongTokensPerMinute = 20;

    /// <summary>
    /// Rejects requests without a valid token with 401, or with 429 after too many wrong tokens. Must be called before
    /// endpoints are mapped.
    /// </summary>
    public static IApplicationBuilder UseToken(this IApplicationBuilder app, ApiToken token, INodeAdmission nodes)
    {
        var wrong = new FixedWindowRateLimiter(
            new() { PermitLimit = MaxWrongTokensPerMinute, Window = TimeSpan.FromMinutes(1) });
        app.ApplicationServices.GetService<IHostApplicationLifetime>()?.ApplicationStopped.Register(wrong.Dispose);
        return app.Use((HttpContext context, RequestDelegate next) =>
        {
            var request = context.Request;
            if (request.Path == "/healthz" || request.Path == "/readyz") return next(context);
            var caller = context.GetEndpoint()?.Metadata.OfType<Caller>().Cast<Caller?>().FirstOrDefault();
            if (BearerOf(request) is { } sent)
                return IsValid(sent, caller) ? next(context) : RejectWrongAsync(context, wrong);
            if (caller == Caller.NodeEnrollment) return RejectAsync(context, "the join token is missing");
            if (request.Query[QueryName] is [{ } queryToken])
                return token.Is(queryToken) ? LogInAsync(context, token) : RejectWrongAsync(context, wrong);
            if (request.Cookies[CookieName(request)] is not { } cookie)
                return RejectAsync(context, "the token is missing");
            if (!token.IsCookie(cookie)) return RejectWrongAsync(context, wrong);
            return IsFromOtherOrigin(request) ? RejectOriginAsync(context) : next(context);
        });

        bool IsValid(string sent, Caller? caller) => caller switch
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

    // Browsers share cookies between the ports of a host, so the name contains the port to distinguish two homes.
    private static string CookieName(HttpRequest request) =>
        string.Create(CultureInfo.InvariantCulture, $"sbnn-{request.Host.Port ?? 0}");

    // Redirects to the address without the token, so that the token does not stay in the browser's history or in an
    // address that a user copies.
    private static Task LogInAsync(HttpContext context, ApiToken token)
    {
        var request = context.Request;
        context.Response.Cookies.Append(CookieName(request), token.CookieText, new CookieOptions
        {
            HttpOnly = true,
            Secure = true, // Browsers treat the loopback interface as secure.
            SameSite = SameSiteMode.Strict,
            Path = "/",
        });
        context.Response.Headers.CacheControl = "no-store";
        var rest = QueryString.Create(request.Query.Where(static pair => pair.Key != QueryName));
        context.Response.Redirect(UriHelper.BuildRelative(request.PathBase, request.Path, rest));
        return Task.CompletedTask;
    }

    // Browsers also send the cookie with requests from pages on other ports of this host, and apply no same-origin rule
    // to their web sockets.
    private static bool IsFromOtherOrigin(HttpRequest request) =>
        (request.HttpContext.WebSockets.IsWebSocketRequest || request.Headers.ContainsKey("Sec-WebSocket-Key")
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        && request.Headers.Origin is [{ Length: > 0 } origin] && origin != $"{request.Scheme}://{request.Host}";

    private static Task RejectOriginAsync(HttpContext context) => Results.Problem(
        $"Origin: pages of {context.Request.Headers.Origin} may not use this sbnn (allowed: its own pages)",
        statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);

    private static Task RejectWrongAsync(HttpContext context, FixedWindowRateLimiter wrong)
    {
        if (wrong.AttemptAcquire().IsAcquired) return RejectAsync(context, "the token is not valid for this home");
        context.Response.Headers.RetryAfter = "60";
        return Results.Problem("token: too many wrong tokens; wait a minute",
            statusCode: StatusCodes.Status429TooManyRequests)
            .ExecuteAsync(context);
    }

    private static Task RejectAsync(HttpContext context, string problem)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"sbnn\"";
        return Results.Problem(
            $"{problem}: open the address that `sbnn run` and `sbnn status` print, or send the home's file `token` "
            + "as `Authorization: Bearer …`",
            statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }
}
