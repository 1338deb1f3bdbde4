using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Endpoints;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api;

/// <summary>
/// The HTTP API: JSON documents of <see cref="Contracts"/>, and problem documents for errors. <see
/// cref="Access.HostGate"/> protects the API from DNS rebinding.
/// </summary>
public static class SweepApi
{
    /// <summary>
    /// Adds what the API and its views need. The host registers the ledger's reader, the grains, a
    /// <see cref="TimeProvider"/>, the <see cref="Core.Protocol.PreparedFolder"/> of its data root, its
    /// <see cref="Grains.IAttemptLogs"/> and <see cref="UploadStores"/>.
    /// </summary>
    public static IServiceCollection AddSweepApi(
        this IServiceCollection services, IHomeFacts home, IPreparedImages images, INodeAdmission nodes,
        NodeBoard heard) => services
            .AddSingleton(home).AddSingleton(images).AddSingleton(nodes).AddSingleton<INodeRegistry>(nodes)
            .AddSingleton(heard).AddSingleton<NodeViews>().AddSingleton<SweepViewReader>()
            .AddSingleton<SubmissionService>().AddSingleton<SpecCheck>().AddSingleton<SweepReports>()
            .AddApiDocument();

    /// <summary>Maps everything below <c>/api</c>, and <c>/healthz</c> and <c>/readyz</c>.</summary>
    public static IEndpointRouteBuilder MapSweepApi(this IEndpointRouteBuilder app)
    {
        app.MapHealth();
        var api = app.MapGroup("/api/v1").AddEndpointFilter<ProblemFilter>();
        api.MapApiDocument();
        var sweeps = api.MapGroup("/sweeps");
        sweeps.MapReads();
        sweeps.MapReports();
        sweeps.MapChanges();
        api.MapSubmissions();
        api.MapTrials();
        api.MapEvents();
        api.MapLogs();
        api.MapWeights();
        api.MapNodes();
        api.MapImages();
        api.MapAttemptFiles();
        app.Map("/api/{**path}",
            static (HttpRequest request) => Problems.NotFound($"the API has no {request.Method} {request.Path}"))
            .ExcludeFromDescription();
        return app;
    }
}
