using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Telemetry;

/// <summary>Tests the traces and metrics of a real run.</summary>
public sealed partial class TelemetryTests : IDisposable
{
    // Enough epochs that a test can observe and kill a trial before the trial ends.
    private const int Epochs = 24;

    private const string TwoTrials = """
        name: traced
        trial:
          dataset: synthetic
          train-images: 400
          test-images: 100
          width: 4
          epochs: 24
          batch-size: 20
          mixup: 0
        seeds: [1, 2]
        run:
          backoff: 100ms
        """;

    private const string CallerTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string CallerSpan = "b7ad6b7169203331";

    private static readonly string OneTrial =
        TwoTrials.Replace("seeds: [1, 2]", "seeds: [1]", StringComparison.Ordinal);

    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Run_ExportsOneTraceAndMetrics_FromSubmissionToEpochs()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        _workplace.Environment = collector.Environment;
        var running = _workplace.Start(_workplace.WriteSpec(TwoTrials), "--slots", "1");
        await Eventually.UntilAsync(
            () => running.Stdout.Split("finished") is [_, var since, ..]
                && since.Contains("running", StringComparison.Ordinal),
            "the first trial to end and the second one to start");
        var metrics = await ReadMetricsAsync(_workplace, running);
        Assert.Equal(0, await running.WaitAsync());

        var spans = collector.Spans;
        Assert.Single(spans.Select(static span => span.TraceId).Distinct());
        var submit = Assert.Single(spans, static span => span.ParentId.Length == 0);
        Assert.Equal(("submit sweep", "sbnn", "traced"),
            (submit.Name, submit.Service, submit.Attributes["sbnn.sweep"]));

        var attempts = ChildrenOf(submit, spans, "attempt");
        Assert.Equal(2, attempts.Count);
        Assert.Equal(2, ChildrenOf(submit, spans, "queued").Count);
        foreach (var attempt in attempts)
        {
            Assert.Equal("sbnn", attempt.Service);
            Assert.False(attempt.IsError);
            Assert.Equal((1L, 0L, 0L),
                (attempt.Attributes["sbnn.attempt"], attempt.Attributes["sbnn.slot"],
                    attempt.Attributes["process.exit.code"]));
            Assert.Equal(("completed", "finished"),
                (attempt.Attributes["sbnn.attempt.ending"], attempt.Attributes["sbnn.trial.state"]));
            Assert.Equal("traced", attempt.Attributes["sbnn.sweep"]);
            Assert.Equal(Environment.MachineName, attempt.Attributes["sbnn.node"]);

            var train = Assert.Single(ChildrenOf(attempt, spans, "train"));
            Assert.Equal("sbnn-trainer", train.Service);
            Assert.Equal(attempt.Attributes["sbnn.trial"], train.Attributes["sbnn.trial"]);
            Assert.InRange(train.Start, attempt.Start, train.End);
            Assert.InRange(train.End, train.Start, attempt.End);
            Assert.Single(ChildrenOf(train, spans, "prepare"));

            var epochs = ChildrenOf(train, spans, "epoch");
            Assert.Equal(Enumerable.Range(1, Epochs).Select(static epoch => (object)(long)epoch),
                epochs.Select(static epoch => epoch.Attributes["sbnn.epoch"]));
            Assert.All(epochs, epoch =>
            {
                Assert.InRange((double)epoch.Attributes["sbnn.epoch.loss"], 0, 100);
                Assert.InRange((double)epoch.Attributes["sbnn.epoch.accuracy"], 0, 1);
                Assert.InRange((double)epoch.Attributes["sbnn.epoch.ones"], 0, 1);
                Assert.True((double)epoch.Attributes["sbnn.epoch.images_per_second"] > 0);
                // An epoch may end without a checkpoint, when the last one was written shortly before.
                Assert.InRange(ChildrenOf(epoch, spans, "checkpoint").Count, 0, 1);
            });
            Assert.Single(ChildrenOf(epochs[0], spans, "checkpoint"));
        }

        Assert.Equal(0, metrics["""sbnn_trials{sbnn_trial_state="waiting"}"""]);
        Assert.Equal(1, metrics["""sbnn_trials{sbnn_trial_state="running"}"""]);
        Assert.Equal(1, metrics["""sbnn_trials{sbnn_trial_state="finished"}"""]);
        Assert.Equal(0, metrics["""sbnn_slots{sbnn_device="cpu",sbnn_slot_state="free"}"""]);
        Assert.Equal(1, metrics["""sbnn_slots{sbnn_device="cpu",sbnn_slot_state="taken"}"""]);
        Assert.Equal(0, metrics["""sbnn_trials_waiting{sbnn_waiting_reason="free-slot"}"""]);
        Assert.Equal(1, metrics["""sbnn_nodes{sbnn_node_state="ready"}"""]);
        Assert.Equal(1,
            metrics["""sbnn_attempts_ended_total{sbnn_attempt_ending="completed",sbnn_trial_state="finished"}"""]);
        Assert.InRange(metrics["sbnn_queue_wait_seconds_count"], 1, 2);
        Assert.InRange(metrics["sbnn_epoch_duration_seconds_count"], Epochs, 2 * Epochs);
        Assert.InRange(metrics["sbnn_epoch_duration_seconds_sum"], 0.001, 120);
        Assert.InRange(metrics["sbnn_training_throughput_per_second_sum"], 1, 1e6);
        Assert.True(metrics["sbnn_ledger_commit_size_sum"] >= metrics["sbnn_ledger_commit_duration_seconds_count"]);
        Assert.True(collector.MetricExports > 0);
    }

    [Fact]
    public async Task Trace_HasBothAttemptsOfAKilledTrial_InTheCallersTrace()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        _workplace.Environment = new(collector.Environment) { ["TRACEPARENT"] = $"00-{CallerTrace}-{CallerSpan}-01" };
        var running = _workplace.Start(_workplace.WriteSpec(OneTrial));
        await Eventually.UntilAsync(() => running.Stdout.Contains("epoch", StringComparison.Ordinal),
            "the first epoch");
        Posix.SignalGroup(Assert.Single(_workplace.LiveTrainers()).Pid, Posix.SigKill);
        Assert.Equal(0, await running.WaitAsync());

        var spans = collector.Spans;
        Assert.All(spans, static span => Assert.Equal(CallerTrace, span.TraceId));
        var submit = Assert.Single(spans, static span => span.Name == "submit sweep");
        Assert.Equal(CallerSpan, submit.ParentId);
        var attempts = ChildrenOf(submit, spans, "attempt");
        Assert.Equal(2, attempts.Count);
        var (first, second) = (attempts[0], attempts[1]);
        Assert.Equal((1L, "killed", "waiting", "killed", 137L),
            (first.Attributes["sbnn.attempt"], first.Attributes["sbnn.attempt.ending"],
                first.Attributes["sbnn.trial.state"], first.Attributes["sbnn.retry.cause"],
                first.Attributes["process.exit.code"]));
        Assert.Equal((2L, "completed"), (second.Attributes["sbnn.attempt"], second.Attributes["sbnn.attempt.ending"]));
        Assert.Equal((true, false), (first.IsError, second.IsError));
        Assert.Equal((long)Epochs,
            ChildrenOf(Assert.Single(ChildrenOf(second, spans, "train")), spans, "epoch")[^1].Attributes["sbnn.epoch"]);
    }

    [Fact]
    public async Task Trace_Continues_WhenSbnnIsKilledAndRestarted()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        _workplace.Environment = collector.Environment;
        var spec = _workplace.WriteSpec(TwoTrials);
        var doomed = _workplace.Start(spec, "--slots", "1");
        await Eventually.UntilAsync(() => collector.Spans.Any(static span => span.Name == "submit sweep"),
            "the submission's span");
        await Eventually.UntilAsync(() => doomed.Stdout.Contains("epoch", StringComparison.Ordinal), "the first epoch");
        doomed.Signal(Posix.SigKill);
        await doomed.WaitAsync();

        var again = await _workplace.RunAsync(spec, "--slots", "1");
        Assert.True(again.ExitCode == 0, again.Stdout + again.Stderr);

        var submissions = collector.Spans.Where(static span => span.Name == "submit sweep").ToList();
        // Each submission has its own trace. The trials belong to the trace of the first submission.
        Assert.Equal(2, submissions.Count);
        var spans = collector.Spans.Where(span => span.TraceId == submissions[0].TraceId).ToList();
        Assert.Equal(spans.Count + 1, collector.Spans.Count);
        var adopted = Assert.Single(spans, static span => span.Attributes.ContainsKey("sbnn.attempt.adopted"));
        Assert.Equal("completed", adopted.Attributes["sbnn.attempt.ending"]);
        Assert.Single(spans, span => span.Name == "train" && span.ParentId == adopted.ParentId);
        // This is the attempt of the trial that was not killed.
        Assert.Single(ChildrenOf(submissions[0], spans, "attempt"));
    }

    [Fact]
    public async Task Run_IsNotDelayed_WhenTheCollectorNeverAnswers()
    {
        var shortTrial = OneTrial.Replace("train-images: 400", "train-images: 40", StringComparison.Ordinal);
        using var quiet = new Workplace();
        var undisturbed = await quiet.RunAsync(quiet.WriteSpec(shortTrial));
        Assert.True(undisturbed.ExitCode == 0, undisturbed.Stdout + undisturbed.Stderr);

        // The collector accepts connections but never answers.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        _workplace.Environment = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{silent.LocalEndpoint}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "600000",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "10",
        };
        var (exitCode, stdout, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(shortTrial));
        Assert.True(exitCode == 0, stdout + stderr);
        Assert.True(silent.Pending(), "nothing was exported");

        // If the run waited for the collector, it would end ten minutes after the result was written.
        Assert.InRange(DateTime.UtcNow - File.GetLastWriteTimeUtc(ResultOf(_workplace)), TimeSpan.Zero,
            TimeSpan.FromMinutes(5));
        Assert.Equal(File.ReadAllBytes(ResultOf(quiet)), File.ReadAllBytes(ResultOf(_workplace)));
        Assert.Equal(quiet.TableBytes("traced", "table.md"), _workplace.TableBytes("traced", "table.md"));
        Assert.Equal("", stderr);
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin", "OTEL_TRACES_EXPORTER: 'zipkin' is not valid (allowed: otlp, none)")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_HEADERS", "garbage",
        "OTEL_EXPORTER_OTLP_HEADERS: its value is not valid")]
    // The file exists, but it is not a certificate.
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE", "/etc/passwd", "OTEL_*: the exporter cannot be created: ")]
    public async Task Run_TrainsAndWarnsOnce_WhenATelemetrySettingIsNotValid(
        string variable, string value, string warning)
    {
        _workplace.Environment = new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://127.0.0.1:9", [variable] = value };

        var (exitCode, stdout, stderr) = await _workplace.RunAsync(
            _workplace.WriteSpec(OneTrial.Replace("train-images: 400", "train-images: 40", StringComparison.Ordinal)));

        Assert.True(exitCode == 0, stdout + stderr);
        var line = Assert.Single(stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(warning, line, StringComparison.Ordinal);
        Assert.EndsWith("; spans and metrics are not exported, training continues", line, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(Assert.Single(_workplace.AttemptFolders(1)).Stderr));
    }

    private static List<ReceivedSpan> ChildrenOf(ReceivedSpan parent, IEnumerable<ReceivedSpan> spans, string name) =>
        [.. spans.Where(span => span.ParentId == parent.SpanId && span.Name == name)
            .OrderBy(static span => span.Start)];

    private static string ResultOf(Workplace workplace) =>
        Assert.Single(Directory.EnumerateFiles(workplace.Trials, "result.json", SearchOption.AllDirectories));

    private static async Task<Dictionary<string, double>> ReadMetricsAsync(Workplace workplace, RunningSbnn running)
    {
        var address = new Uri(
            running.Stdout.Split('\n').Single(static line => line.StartsWith("API: ", StringComparison.Ordinal))[5..]);
        using var http = workplace.Client();
        var text = await http.GetStringAsync(new Uri(address, "/metrics"), Workplace.Cancellation);
        return Sample().Matches(text).ToDictionary(
            static sample =>
                ScopeLabels().Replace(sample.Groups[1].Value, "").Replace("{}", "", StringComparison.Ordinal),
            static sample => double.Parse(sample.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^(sbnn_\S+) (\S+)", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"otel_scope_\w+=""[^""]*"",?")]
    private static partial Regex ScopeLabels();
}
