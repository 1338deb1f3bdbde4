using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Telemetry;

/// <summary>
/// The trainer's spans: <c>train</c>, a child of the attempt for which its node started it, and its children
/// <c>preflight</c>, <c>prepare</c>, <c>epoch</c> and <c>checkpoint</c>. Steps have no spans. No spans are created
/// unless OpenTelemetry's standard environment variables request them.
/// </summary>
internal sealed class TrainerTelemetry : IDisposable
{
    // The longest time by which an unresponsive collector can delay the end of an attempt. It cannot delay anything
    // else.
    private const int FlushMilliseconds = 1000;
    private static readonly ActivitySource Source = new(typeof(TrainerTelemetry).Assembly.GetName().Name!);
    private readonly TracerProvider _provider;

    private TrainerTelemetry(TracerProvider provider) => _provider = provider;

    /// <summary>
    /// Starts the export of this process's spans if the environment variables request it and the exporter can be
    /// created.
    /// </summary>
    /// <param name="warn">Called with a message when an export is requested but not possible.</param>
    public static TrainerTelemetry? Start(Action<string> warn)
    {
        var asked = OpenTelemetryVariables.OfProcess;
        foreach (var fault in asked.FindFaults())
            warn($"{fault}; spans are not exported, and the training continues without them");
        return asked.ExportsTraces ? TryExport(warn) : null;
    }

    private static TrainerTelemetry? TryExport(Action<string> warn)
    {
        try
        {
            return Export();
        }
        catch (Exception error) // All exceptions, because the exporter's documentation lists none.
        {
            warn($"OTEL_*: the exporter cannot be created: {error.GetBaseException().Message.ReplaceLineEndings(" ")}; "
                + "spans are not exported");
            return null;
        }
    }

    /// <summary>Starts the span of an attempt's whole training.</summary>
    public static Activity? StartTraining(TrialAssignment assignment)
    {
        _ = ActivityContext.TryParse(
            Environment.GetEnvironmentVariable(TelemetryNames.TraceParentVariable),
            Environment.GetEnvironmentVariable(TelemetryNames.TraceStateVariable),
            isRemote: true,
            out var attempt);
        return Source.StartActivity("train", ActivityKind.Internal, attempt)?
            .SetTag(TelemetryNames.Trial, assignment.Trial.Short)
            .SetTag(TelemetryNames.Attempt, assignment.Attempt)
            .SetTag("sbnn.device", assignment.Device)
            .SetTag("sbnn.threads", assignment.Threads);
    }

    /// <summary>Records how the training ended in its span.</summary>
    public static void RecordEnding(Activity? training, AttemptEnding ending, string reason)
    {
        training?.SetTag(TelemetryNames.Ending, EnumWords.Of(ending));
        if (ending is not (AttemptEnding.Completed or AttemptEnding.Stopped or AttemptEnding.LeaseExpired))
            training?.SetStatus(ActivityStatusCode.Error, reason);
    }

    /// <summary>Starts the span of finding the prepared dataset, or preparing it.</summary>
    public static Activity? StartPreparing() => Source.StartActivity("prepare");

    /// <summary>Starts the span of the resume check.</summary>
    public static Activity? StartPreflight() => Source.StartActivity("preflight");

    /// <summary>Starts the span of writing a checkpoint.</summary>
    public static Activity? StartCheckpoint(int epoch, int step) =>
        Source.StartActivity("checkpoint")?.SetTag("sbnn.epoch", epoch).SetTag("sbnn.step", step);

    /// <summary>
    /// Starts the span of training and evaluating an epoch (1, 2, …), from the first step that this process trains.
    /// </summary>
    public static Activity? StartEpoch(int epoch, int firstStep) =>
        Source.StartActivity("epoch")?.SetTag("sbnn.epoch", epoch).SetTag("sbnn.epoch.first_step", firstStep);

    /// <summary>Adds an epoch's metrics to its span. The span of an interrupted epoch has no metrics.</summary>
    public static void RecordMetrics(Activity? span, EpochCompleted trained) => span?
        .SetTag("sbnn.epoch.loss", trained.Epoch.TrainLoss)
        .SetTag("sbnn.epoch.accuracy", (double)trained.Epoch.Correct / trained.Epoch.Total)
        .SetTag("sbnn.epoch.ones", trained.Epoch.OnesFraction)
        .SetTag("sbnn.epoch.seconds", trained.Seconds)
        .SetTag("sbnn.epoch.images_per_second", trained.ImagesPerSecond);

    /// <summary>
    /// Sends the remaining spans within a short time limit, because an attempt must not wait for its telemetry.
    /// </summary>
    public void Dispose()
    {
        _provider.Shutdown(FlushMilliseconds);
        _provider.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // If inlined, every trainer would load OpenTelemetry's assemblies.
    private static TrainerTelemetry Export()
    {
        // Our attributes are added first, so that the resource attributes in environment variables override them.
        var resource = ResourceBuilder.CreateEmpty().AddService("sbnn-trainer").AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        return new TrainerTelemetry(Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource).AddSource(Source.Name).AddOtlpExporter().Build());
    }
}
