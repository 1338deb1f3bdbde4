using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sbnn.Sweeps.Core.Telemetry;

namespace Sbnn.Sweeps.Silo.Telemetry;

/// <summary>
/// Where spans and metrics go: to a collector if the standard variables ask for it, and metrics to whoever reads
/// <c>/metrics</c>. Trainers inherit the variables and export their own spans.
/// </summary>
public static class SiloTelemetry
{
    // A collector that does not answer may hold the end of a run up by this much.
    private const int FlushMilliseconds = 1000;

    /// <summary>
    /// Orleans has two spans for each call of a grain, which would bury ours: they are exported only if this says
    /// "true".
    /// </summary>
    private const string OrleansVariable = "SBNN_TRACE_ORLEANS";

    /// <summary>
    /// The span of whoever started <c>sbnn</c>, if the environment names one: below it, a sweep's trace begins.
    /// </summary>
    public static string? CallerTrace =>
        Environment.GetEnvironmentVariable(TelemetryNames.TraceParentVariable) is { } caller
            && ActivityContext.TryParse(caller, null, out _) ? caller : null;

    /// <summary>
    /// True when the spans of Orleans are asked for; silos must then carry the context from call to call.
    /// </summary>
    public static bool TraceOrleans =>
        OpenTelemetryVariables.OfProcess.WantTraces
            && string.Equals(Environment.GetEnvironmentVariable(OrleansVariable), "true",
                StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// What keeps spans and metrics from being exported as asked for, a sentence each; then this process and its
    /// trainers export nothing. <c>/metrics</c> stays. To be called before <see cref="Configure"/>.
    /// </summary>
    public static IReadOnlyList<string> TurnOffFaultyExports()
    {
        var asked = OpenTelemetryVariables.OfProcess;
        var faults = asked.FindFaults();
        if (faults.Count == 0 && (asked.WantTraces || asked.WantMetrics) && WhyNotMade() is { } why) faults = [why];
        if (faults.Count > 0)
        {
            // Trainers inherit it, so not each of them says the same again.
            foreach (var exporter in (string[])["OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"])
                Environment.SetEnvironmentVariable(exporter, "none");
        }

        return [.. faults.Select(static fault => $"{fault}; spans and metrics are not exported, the training goes on")];
    }

    // Whatever else the exporters refuse would come out of the host's start, where nothing can be left out any more.
    private static string? WhyNotMade()
    {
        try
        {
            Sdk.CreateTracerProviderBuilder().AddOtlpExporter().Build().Dispose();
            Sdk.CreateMeterProviderBuilder().AddOtlpExporter().Build().Dispose();
            return null;
        }
        catch (Exception error) // Of any kind: the exporters name none.
        {
            return $"OTEL_*: the exporter cannot be made: {error.GetBaseException().Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>Adds metrics, and exports as asked for.</summary>
    public static void Configure(IServiceCollection services)
    {
        var asked = OpenTelemetryVariables.OfProcess;
        if (asked.IsDisabled) return;
        var telemetry = services.AddOpenTelemetry()
            // Ours first: what the variables say of the resource goes over it.
            .ConfigureResource(static resource => resource.Clear().AddService("sbnn").AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
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
