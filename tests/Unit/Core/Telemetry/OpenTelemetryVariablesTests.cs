using Sbnn.Sweeps.Core.Telemetry;

namespace Sbnn.Sweeps.Tests.Unit.Core.Telemetry;

public sealed class OpenTelemetryVariablesTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, false, "OTEL_SERVICE_NAME=mine", "OTEL_EXPORTER_OTLP_ENDPOINT=")]
    [InlineData(true, true, "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318")]
    [InlineData(true, false, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://collector:4318/v1/traces")]
    [InlineData(true, false, "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "OTEL_METRICS_EXPORTER=none")]
    [InlineData(false, true, "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "OTEL_TRACES_EXPORTER=none")]
    [InlineData(true, false, "OTEL_TRACES_EXPORTER=otlp")]
    [InlineData(false, false, "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "OTEL_SDK_DISABLED=True")]
    public void TracesAndMetrics_AreRequested_OnlyWhenACollectorOrExporterIsNamed(
        bool traces, bool metrics, params string[] variables)
    {
        var settings = Of(variables);

        Assert.Equal((traces, metrics), (settings.ExportsTraces, settings.ExportsMetrics));
    }

    [Theory]
    [InlineData("OTEL_METRICS_EXPORTER=statsd", "OTEL_METRICS_EXPORTER: 'statsd' is not valid (allowed: otlp, none)")]
    [InlineData("OTEL_SDK_DISABLED=1", "OTEL_SDK_DISABLED: '1' is not valid (allowed: true, false)")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS=garbage",
        "OTEL_EXPORTER_OTLP_HEADERS: its value is not valid (allowed: name=value pairs, separated by commas)")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS=a=b,",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS: its value is not valid (allowed: name=value pairs, separated by commas)")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=collector:4318",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector:4318' is not valid (allowed: a URL that begins with http:// or "
            + "https://)")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=me:secret@there",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: its value is not valid (allowed: a URL that begins with http:// or "
            + "https://)")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=http/json",
        "OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' is not valid (allowed: grpc, http/protobuf)")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT=10s",
        "OTEL_EXPORTER_OTLP_TIMEOUT: '10s' is not valid (allowed: a whole number, at least 1)")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE=/no/such/file",
        "OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such/file' is not valid (allowed: the path of a file)")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG=half",
        "OTEL_TRACES_SAMPLER_ARG: 'half' is not valid (allowed: a number from 0 to 1)")]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY=-1",
        "OTEL_BSP_SCHEDULE_DELAY: '-1' is not valid (allowed: a whole number, at least 1)")]
    public void FindFaults_NamesVariableAndAllowedValues_AndStopsTheExport(string faulty, string fault)
    {
        string[] variables = ["OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", faulty];
        var settings = Of(variables);
        Assert.Equal([fault], settings.FindFaults());
        Assert.Equal((false, false), (settings.ExportsTraces, settings.ExportsMetrics));

        if (!faulty.StartsWith("OTEL_SDK", StringComparison.Ordinal))
            Assert.Empty(Of([.. variables, "OTEL_SDK_DISABLED=true"]).FindFaults());
    }

    [Theory]
    // Without an endpoint nothing is exported, so the fault does not matter.
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS=garbage")]
    [InlineData("OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_HEADERS=api-key=a%20b==, x-tenant=7")]
    [InlineData("OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_HEADERS=api-key%3Dsecret")]
    [InlineData("OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_TIMEOUT=", "OTEL_TRACES_SAMPLER=traceidratio",
        "OTEL_TRACES_SAMPLER_ARG=0.25")]
    public void FindFaults_IsEmpty_WhenNoFaultMatters(params string[] variables) =>
        Assert.Empty(Of(variables).FindFaults());

    private static OpenTelemetryVariables Of(params string[] variables)
    {
        var values = variables.Select(static variable => variable.Split('=', 2))
            .ToDictionary(static pair => pair[0], static pair => pair[1]);
        return new OpenTelemetryVariables(values.GetValueOrDefault);
    }
}
