using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor.Services;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Dashboard.Pages;

namespace Sbnn.Sweeps.Dashboard;

/// <summary>
/// Puts the pages into a host, which registers the ledger's reader, the API's views and a <see cref="TimeProvider"/>.
/// </summary>
public static partial class DashboardPages
{
    // Nothing comes from another host, and nothing may be sent to one. Inline styles are MudBlazor's.
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri "
            + "'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Adds what the pages need.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="tables">Where the tables lie when the host has ended, as the pages then say.</param>
    public static IServiceCollection AddDashboard(this IServiceCollection services, string tables)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        services.AddDataProtection().AddKeyManagementOptions(static keys =>
        {
            keys.XmlRepository = new KeysInMemory();
            keys.XmlEncryptor = new NullXmlEncryptor(); // They are never at rest.
        });
        services.AddSingleton(new TablesLocation(tables));
        services.AddSingleton<SweepFeed>();
        services.AddHostedService(static provider => provider.GetRequiredService<SweepFeed>());
        return services;
    }

    /// <summary>Maps the pages at <c>/</c> with their styles and scripts.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        app.Use(static (HttpContext context, RequestDelegate next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        });
        // Answers with a body of their own stay.
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAntiforgery();
        MapPageAssets(app);
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(static options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    // Pages without styles are no reason not to train.
    private static void MapPageAssets(WebApplication app)
    {
        try
        {
            app.MapStaticAssets();
        }
        catch (Exception error)
            when (error is InvalidOperationException or IOException or UnauthorizedAccessException or JsonException)
        {
            LogNoPageAssets(app.Logger, error.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "The dashboard's styles and scripts cannot be served, so its pages come without them; install sbnn again "
            + "({Why})")]
    private static partial void LogNoPageAssets(ILogger logger, string why);
}
