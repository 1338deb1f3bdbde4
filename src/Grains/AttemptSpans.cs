using System.Collections.Concurrent;
using System.Diagnostics;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The trace spans of attempts: first <c>queued</c>, then <c>attempt</c>. Both are children of the span of the
/// submission that requested the trial. This object holds an attempt's span open until the attempt has ended. The
/// ledger and the trainer receive the span's id when the attempt starts.
/// </summary>
/// <remarks>
/// A silo that dies loses its open spans, because .NET cannot end a span that another process began. The rest of the
/// trace stays intact: the trainer's spans name the lost span as their parent. The silo that later records the
/// attempt's end adds an <c>attempt</c> span, marked as adopted, beside the trainer's spans. The added span begins at
/// the start time recorded in the ledger.
/// </remarks>
internal sealed class AttemptSpans
{
    private static readonly ActivitySource Source = new(typeof(AttemptSpans).Assembly.GetName().Name!);
    private readonly ConcurrentDictionary<AttemptId, Activity> _open = new();

    /// <summary>
    /// Records the span <c>queued</c>: the trial waited for its slot since the given time, and has the slot now.
    /// </summary>
    public static void RecordWait(AttemptId attempt, TrialRow trial, DateTimeOffset since) =>
        Source.StartActivity("queued", ActivityKind.Internal, ContextOf(trial.SubmissionTrace), TagsOf(attempt, trial),
            startTime: since)?.Dispose();

    /// <summary>
    /// Opens an attempt's span and returns its <c>traceparent</c>; null when no listener records spans.
    /// </summary>
    public string? Open(AttemptId attempt, TrialRow trial, NodeName node, int slot)
    {
        // The span must not stay this grain's current activity, because the attempt outlasts the call that starts it.
        var current = Activity.Current;
        var span = Source.StartActivity("attempt", ActivityKind.Internal, ContextOf(trial.SubmissionTrace),
            TagsOf(attempt, trial))?
            .SetTag(TelemetryNames.Node, node.Value).SetTag(TelemetryNames.Slot, slot);
        Activity.Current = current;
        if (span is not null) _open[attempt] = span;
        return span?.Id;
    }

    /// <summary>Drops the span of an attempt that did not start.</summary>
    public void Forget(AttemptId attempt) => _open.TryRemove(attempt, out _);

    /// <summary>Ends an attempt's span; <paramref name="trial"/> is the trial's row after the attempt's end.</summary>
    public void Close(AttemptId attempt, AttemptEnd end, TrialRow trial)
    {
        var current = Activity.Current;
        if (!_open.TryRemove(attempt, out var span))
        {
            // An earlier process opened the attempt's span, which becomes the parent. If nothing listened for spans
            // when the attempt started, the submission's span is the parent.
            var parent = ContextOf(trial.AttemptTrace ?? trial.SubmissionTrace);
            span = Source.StartActivity("attempt", ActivityKind.Internal, parent, TagsOf(attempt, trial),
                startTime: trial.AttemptStartedAt ?? default)?
                .SetTag("sbnn.attempt.adopted", true);
        }

        span?.SetTag(TelemetryNames.Ending, EnumWords.Of(end.Ending))
            .SetTag(TelemetryNames.State, EnumWords.Of(trial.State)).SetTag("process.exit.code", end.ExitCode);
        if (trial.State == TrialState.Waiting) span?.SetTag("sbnn.retry.cause", EnumWords.Of(end.Ending));
        if (end.Ending is not (AttemptEnding.Completed or AttemptEnding.Stopped))
            span?.SetStatus(ActivityStatusCode.Error, end.Reason);
        span?.Dispose();
        Activity.Current = current;
    }

    private static ActivityContext ContextOf(string? traceParent) =>
        ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var context) ? context : default;

    private static KeyValuePair<string, object?>[] TagsOf(AttemptId attempt, TrialRow trial) =>
        [new(TelemetryNames.Sweep, trial.Sweep), new(TelemetryNames.Trial, attempt.Trial.Short),
            new(TelemetryNames.Attempt, attempt.Attempt)];
}
