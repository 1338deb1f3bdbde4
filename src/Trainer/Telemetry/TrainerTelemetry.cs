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
/// The trainer's spans: <c>train</c>, a child of the attempt for which its node started it, and below it
/// <c>preflight</c>, <c>prepare</c>, <c>epoch</c> and <c>checkpoint</c>, but none for steps. Spans are off unless the
/// standard variables request them; without a listener a span costs a null check.
/// </summary>
internal sealed class TrainerTelemetry : IDisposable
{
    // The time by which an unresponsive collector may delay an attempt's end. It delays nothing else.
    private const int FlushMilliseconds = 1000;
    private static readonly ActivitySource Source = new(typeof(TrainerTelemetry).Assembly.GetName().Name!);
    private readonly TracerProvider _provider;

    private TrainerTelemetry(TracerProvider provider) => _provider = provider;

    /// <summary>
    /// Starts to export this process's spans if the variables request it and the exporter can be created.
    /// </summary>
    /// <param name="warn">Called when an export was requested but is not possible.</param>
    public static TrainerTelemetry? Start(Action<string> warn)
    {
        var asked = OpenTelemetryVariables.OfProcess;
        foreach (var fault in asked.FindFaults()) warn($"{fault}; spans are not exported, but the training continues");
        return asked.WantTraces ? TryExport(warn) : null;
    }

    private static TrainerTelemetry? TryExport(Action<string> warn)
    {
        try
        {
            return Export();
        }
        catch (Exception error) // Any exception, because the exporter documents none.
        {
            warn($"OTEL_*: the exporter cannot be created: {error.GetBaseException().Message.ReplaceLineEndings(" ")}; "
                + "spans are not exported");
            return null;
        }
    }

    /// <summary>The whole training of an attempt.</summary>
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

    /// <summary>Records how the training ended.</summary>
    public static void Conclude(Activity? training, AttemptEnding ending, string reason)
    {
        training?.SetTag(TelemetryNames.Ending, EnumWords.Of(ending));
        if (ending is not (AttemptEnding.Completed or AttemptEnding.Stopped or AttemptEnding.LeaseExpired))
            training?.SetStatus(ActivityStatusCode.Error, reason);
    }

    /// <summary>Finding a decoded dataset, or decoding it.</summary>
    public static Activity? StartPreparing() => Source.StartActivity("prepare");

    /// <summary>The resume check.</summary>
    public static Activity? StartPreflight() => Source.StartActivity("preflight");

    /// <summary>Writing a checkpoint.</summary>
    public static Activity? StartCheckpoint(int epoch, int step) =>
        Source.StartActivity("checkpoint")?.SetTag("sbnn.epoch", epoch).SetTag("sbnn.step", step);

    /// <summary>Training and evaluating an epoch (1, 2, …) from the first step that this process trains.</summary>
    public static Activity? StartEpoch(int epoch, int firstStep) =>
        Source.StartActivity("epoch")?.SetTag("sbnn.epoch", epoch).SetTag("sbnn.epoch.first_step", firstStep);

    /// <summary>Adds an epoch's metrics to its span. An epoch that was interrupted has none.</summary>
    public static void Describe(Activity? span, EpochCompleted trained) => span?
        .SetTag("sbnn.epoch.loss", trained.Epoch.TrainLoss)
        .SetTag("sbnn.epoch.accuracy", (double)trained.Epoch.Correct / trained.Epoch.Total)
        .SetTag("sbnn.epoch.ones", (double)trained.Epoch.Ones / trained.Epoch.Weights)
        .SetTag("sbnn.epoch.seconds", trained.Seconds)
        .SetTag("sbnn.epoch.images_per_second", trained.ImagesPerSecond);

    /// <summary>
    /// Sends the remaining spans, with a short time limit, because the attempt's result must not depend on the export.
    /// </summary>
    public void Dispose()
    {
        _provider.Shutdown(FlushMilliseconds);
        _provider.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // Inlining would load OpenTelemetry into every trainer.
    private static TrainerTelemetry Export()
    {
        // Our attributes come first, so that the variables' resource attributes override them.
        var resource = ResourceBuilder.CreateEmpty().AddService("sbnn-trainer").AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        return new TrainerTelemetry(Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource).AddSource(Source.Name).AddOtlpExporter().Build());
    }
}
