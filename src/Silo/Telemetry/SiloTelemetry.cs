using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sbnn.Sweeps.Core.Telemetry;

namespace Sbnn.Sweeps.Silo.Telemetry;

/// <summary>
/// Where spans and metrics go: to a collector if the standard variables ask for it, and metrics to whoever reads <c>/metrics</c>. Trainers
/// inherit the variables and export their own spans.
/// </summary>
public static class SiloTelemetry
{
    // A collector that does not answer may hold the end of a run up by this much.
    private const int FlushMilliseconds = 1000;

    /// <summary>Orleans has two spans for each call of a grain, which would bury ours: they are exported only if this says "true".</summary>
    private const string OrleansVariable = "SBNN_TRACE_ORLEANS";

    /// <summary>The span of whoever started <c>sbnn</c>, if the environment names one: below it, a sweep's trace begins.</summary>
    public static string? CallerTrace =>
        Environment.GetEnvironmentVariable(TelemetryNames.TraceParentVariable) is { } caller && ActivityContext.TryParse(caller, null, out _) ? caller : null;

    /// <summary>True when the spans of Orleans are asked for; silos must then carry the context from call to call.</summary>
    public static bool TraceOrleans =>
        OpenTelemetryVariables.OfProcess.WantTraces && string.Equals(Environment.GetEnvironmentVariable(OrleansVariable), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds metrics, and exports as asked for. Throws <see cref="Core.BadInputException"/> when an exporter is named that we do not have.</summary>
    public static void Configure(IServiceCollection services)
    {
        var asked = OpenTelemetryVariables.OfProcess;
        if (asked.IsDisabled) return;
        var telemetry = services.AddOpenTelemetry()
            // Ours first: what the variables say of the resource goes over it.
            .ConfigureResource(static resource => resource.Clear().AddService("sbnn").AddTelemetrySdk().AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(TelemetryNames.AllOurs).AddPrometheusExporter();
                if (asked.WantMetrics) metrics.AddOtlpExporter();
            });
        if (!asked.WantTraces) return;
        telemetry.WithTracing(static traces =>
        {
            traces.AddSource(TelemetryNames.AllOurs).AddOtlpExporter();
            if (TraceOrleans) traces.AddSource("Microsoft.Orleans.*");
        });
    }

    /// <summary>Maps <c>/metrics</c>, in Prometheus' format.</summary>
    public static void Map(WebApplication app)
    {
        if (!OpenTelemetryVariables.OfProcess.IsDisabled) app.MapPrometheusScrapingEndpoint();
    }

    /// <summary>Sends what is not sent yet, for a moment at most.</summary>
    public static void Flush(IServiceProvider services)
    {
        services.GetService<TracerProvider>()?.Shutdown(FlushMilliseconds);
        services.GetService<MeterProvider>()?.Shutdown(FlushMilliseconds);
    }
}
