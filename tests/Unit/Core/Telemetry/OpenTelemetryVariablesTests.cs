using Sbnn.Sweeps.Core;
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
    public void Nothing_is_exported_unless_a_collector_or_an_exporter_is_named(bool traces, bool metrics, params string[] variables)
    {
        var asked = Of(variables);

        Assert.Equal((traces, metrics), (asked.WantTraces, asked.WantMetrics));
    }

    [Fact]
    public void An_exporter_that_is_not_there_is_refused_unless_everything_is_off()
    {
        var refused = Assert.Throws<BadInputException>(() => Of("OTEL_METRICS_EXPORTER=statsd").WantMetrics);

        Assert.Equal("OTEL_METRICS_EXPORTER: 'statsd'; allowed: otlp, none", refused.Message);
        Assert.False(Of("OTEL_METRICS_EXPORTER=statsd", "OTEL_SDK_DISABLED=true").WantMetrics);
    }

    private static OpenTelemetryVariables Of(params string[] variables)
    {
        var values = variables.Select(static variable => variable.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        return new OpenTelemetryVariables(values.GetValueOrDefault);
    }
}
