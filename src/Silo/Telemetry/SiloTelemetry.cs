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
/// Exports spans and metrics to a collector if OpenTelemetry's standard environment variables request it, and metrics
/// at <c>/metrics</c>. Trainers inherit the variables and export their own spans.
/// </summary>
public static class SiloTelemetry
{
    // The maximum time by which a collector that does not answer delays the end of a run.
    private const int FlushMilliseconds = 1000;

    /// <summary>.NET's meter of memory, garbage collections and threads.</summary>
    private const string RuntimeMeter = "System.Runtime";

    /// <summary>
    /// Orleans creates two spans for each grain call, which would hide this project's spans. They are exported only if
    /// this variable is "true".
    /// </summary>
    private const string OrleansVariable = "SBNN_TRACE_ORLEANS";

    /// <summary>
    /// The span of the program that started <c>sbnn</c>, if the environment names one. It is the parent of a sweep's
    /// trace.
    /// </summary>
    public static string? CallerTrace =>
        Environment.GetEnvironmentVariable(TelemetryNames.TraceParentVariable) is { } caller
            && ActivityContext.TryParse(caller, null, out _) ? caller : null;

    /// <summary>
    /// True when the spans of Orleans are requested. Silos must then pass the trace context from call to call.
    /// </summary>
    public static bool TraceOrleans =>
        OpenTelemetryVariables.OfProcess.ExportsTraces
            && string.Equals(Environment.GetEnvironmentVariable(OrleansVariable), "true",
                StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the problems that prevent the requested exports, one sentence each. If there are any, this process and
    /// its trainers export nothing; <c>/metrics</c> stays available. Must be called before <see cref="Configure"/>.
    /// </summary>
    public static IReadOnlyList<string> TurnOffFaultyExports()
    {
        var requested = OpenTelemetryVariables.OfProcess;
        var faults = requested.FindFaults();
        if (faults.Count == 0 && (requested.ExportsTraces || requested.ExportsMetrics) && WhyNotCreated() is { } why)
            faults = [why];
        if (faults.Count > 0)
        {
            // Trainers inherit the setting, so that they do not repeat the warning.
            foreach (var exporter in (string[])["OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"])
                Environment.SetEnvironmentVariable(exporter, "none");
        }

        return [.. faults.Select(static fault => $"{fault}; spans and metrics are not exported, training continues")];
    }

    // The exporters may also reject settings that FindFaults does not check. The host's start would then fail, when it
    // is too late to leave out an exporter, so each exporter is created here first.
    private static string? WhyNotCreated()
    {
        try
        {
            Sdk.CreateTracerProviderBuilder().AddOtlpExporter().Build().Dispose();
            Sdk.CreateMeterProviderBuilder().AddOtlpExporter().Build().Dispose();
            return null;
        }
        catch (Exception error) // The exporters do not document their exceptions, so all are caught.
        {
            return "OTEL_*: the exporter cannot be created: "
                + $"{error.GetBaseException().Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>Adds metrics, and the requested exporters.</summary>
    public static void Configure(IServiceCollection services)
    {
        var requested = OpenTelemetryVariables.OfProcess;
        if (requested.IsDisabled) return;
        var telemetry = services.AddOpenTelemetry()
            // The default resource comes first, so that the variables override it.
            .ConfigureResource(static resource => resource.Clear().AddService("sbnn").AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(TelemetryNames.AllSources, RuntimeMeter).AddPrometheusExporter();
                if (requested.ExportsMetrics) metrics.AddOtlpExporter();
            });
        if (!requested.ExportsTraces) return;
        telemetry.WithTracing(static traces =>
        {
            traces.AddSource(TelemetryNames.AllSources).AddOtlpExporter();
            if (TraceOrleans) traces.AddSource("Microsoft.Orleans.*");
        });
    }

    /// <summary>Maps <c>/metrics</c>, in Prometheus' format.</summary>
    public static void Map(WebApplication app)
    {
        if (!OpenTelemetryVariables.OfProcess.IsDisabled) app.MapPrometheusScrapingEndpoint();
    }

    /// <summary>Sends pending spans and metrics, within a short time limit.</summary>
    public static void Flush(IServiceProvider services)
    {
        services.GetService<TracerProvider>()?.Shutdown(FlushMilliseconds);
        services.GetService<MeterProvider>()?.Shutdown(FlushMilliseconds);
    }
}
