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
/// The trainer's spans: <c>train</c>, a child of the attempt that its node started it for, and below it
/// <c>preflight</c>, <c>prepare</c>, <c>epoch</c> and <c>checkpoint</c>. None for steps. Off unless the standard
/// variables ask; nobody listens then, and a span costs a null check.
/// </summary>
internal sealed class TrainerTelemetry : IDisposable
{
    // A collector that does not answer may cost an attempt this much at its end, and nothing before.
    private const int FlushMilliseconds = 1000;
    private static readonly ActivitySource Source = new(typeof(TrainerTelemetry).Assembly.GetName().Name!);
    private readonly TracerProvider _provider;

    private TrainerTelemetry(TracerProvider provider) => _provider = provider;

    /// <summary>Begins to export this process's spans, if that is asked for and can be done.</summary>
    /// <param name="warn">Told when it is asked for and cannot be done.</param>
    public static TrainerTelemetry? Start(Action<string> warn)
    {
        var asked = OpenTelemetryVariables.OfProcess;
        foreach (var fault in asked.FindFaults()) warn($"{fault}; spans are not exported, the training goes on");
        return asked.WantTraces ? TryExport(warn) : null;
    }

    private static TrainerTelemetry? TryExport(Action<string> warn)
    {
        try
        {
            return Export();
        }
        catch (Exception error) // Of any kind: the exporter names none.
        {
            warn($"OTEL_*: the exporter cannot be made: {error.GetBaseException().Message.ReplaceLineEndings(" ")}; "
                + "spans are not exported");
            return null;
        }
    }

    /// <summary>The whole of an attempt's training.</summary>
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

    /// <summary>Says how the training ended.</summary>
    public static void Conclude(Activity? training, AttemptEnding ending, string reason)
    {
        training?.SetTag(TelemetryNames.Ending, EnumWords.Of(ending));
        if (ending is not (AttemptEnding.Completed or AttemptEnding.Stopped or AttemptEnding.LeaseExpired))
            training?.SetStatus(ActivityStatusCode.Error, reason);
    }

    /// <summary>Decoding a dataset, or finding it decoded.</summary>
    public static Activity? StartPreparing() => Source.StartActivity("prepare");

    /// <summary>The short trial that shows whether resuming is exact here.</summary>
    public static Activity? StartPreflight() => Source.StartActivity("preflight");

    /// <summary>Writing a checkpoint.</summary>
    public static Activity? StartCheckpoint(int epoch, int step) =>
        Source.StartActivity("checkpoint")?.SetTag("sbnn.epoch", epoch).SetTag("sbnn.step", step);

    /// <summary>Training and evaluating an epoch (1, 2, …), from the step at which this process takes it up.</summary>
    public static Activity? StartEpoch(int epoch, int firstStep) =>
        Source.StartActivity("epoch")?.SetTag("sbnn.epoch", epoch).SetTag("sbnn.epoch.first_step", firstStep);

    /// <summary>Adds an epoch's figures to its span. An epoch that was left in the middle has none.</summary>
    public static void Describe(Activity? span, EpochCompleted trained) => span?
        .SetTag("sbnn.epoch.loss", trained.Epoch.TrainLoss)
        .SetTag("sbnn.epoch.accuracy", (double)trained.Epoch.Correct / trained.Epoch.Total)
        .SetTag("sbnn.epoch.ones", (double)trained.Epoch.Ones / trained.Epoch.Weights)
        .SetTag("sbnn.epoch.seconds", trained.Seconds)
        .SetTag("sbnn.epoch.images_per_second", trained.ImagesPerSecond);

    /// <summary>
    /// Sends what is not sent yet, for a moment at most: whatever becomes of it, the attempt's result does not depend
    /// on it.
    /// </summary>
    public void Dispose()
    {
        _provider.Shutdown(FlushMilliseconds);
        _provider.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined, it would load OpenTelemetry's assemblies into every trainer.
    private static TrainerTelemetry Export()
    {
        // Ours first: what the variables say of the resource goes over it.
        var resource = ResourceBuilder.CreateEmpty().AddService("sbnn-trainer").AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        return new TrainerTelemetry(Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource).AddSource(Source.Name).AddOtlpExporter().Build());
    }
}
