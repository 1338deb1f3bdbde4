using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Server.Circuits;
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
/// Adds the dashboard to a host. The host registers the ledger's reader, the API's views and a
/// <see cref="TimeProvider"/>.
/// </summary>
public static partial class DashboardPages
{
    // Pages may load from and send to this host only. MudBlazor needs inline styles, and Orleans' dashboard has inline
    // fonts.
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
            + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Adds the services of the pages.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="tables">The folder of the tables. The pages show its path after the host has ended.</param>
    /// <param name="links">Other pages of the host.</param>
    public static IServiceCollection AddDashboard(
        this IServiceCollection services, string tables, DashboardLinks links)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddSingleton<CircuitHandler, CircuitCount>();
        services.AddMudServices();
        services.AddDataProtection().AddKeyManagementOptions(static keys =>
        {
            keys.XmlRepository = new KeysInMemory();
            keys.XmlEncryptor = new NullXmlEncryptor(); // The keys are never stored on disk.
        });
        services.AddSingleton(new TablesLocation(tables)).AddSingleton(links);
        services.AddSingleton<SweepFeed>();
        services.AddSingleton<ResultsFeed>();
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
        // Error answers without a body, but no others, are replaced with the not-found page.
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAntiforgery();
        MapPageAssets(app);
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(static options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    // Missing styles must not prevent the training, so an error is only logged.
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
        "The dashboard's pages are shown without styles and scripts, because these cannot be served: {Why}; install "
            + "sbnn again")]
    private static partial void LogNoPageAssets(ILogger logger, string why);
}
