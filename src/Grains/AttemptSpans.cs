using System.Collections.Concurrent;
using System.Diagnostics;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The spans of attempts, children of the submission that wanted the trial: <c>queued</c>, then <c>attempt</c>. An
/// attempt's span is open, here, until the attempt has ended; its identity is in the ledger and with its trainer from
/// the beginning.
/// </summary>
/// <remarks>
/// A silo that dies takes its open spans with it: .NET cannot end a span that another process began. The trace stays
/// whole but for that one: the trainer's spans name it as their parent, and whoever sees the attempt's end adds an
/// <c>attempt</c> beside them, from the start that
/// the ledger knows, marked as adopted.
/// </remarks>
internal sealed class AttemptSpans
{
    private static readonly ActivitySource Source = new(typeof(AttemptSpans).Assembly.GetName().Name!);
    private readonly ConcurrentDictionary<AttemptId, Activity> _open = new();

    /// <summary>A trial has waited for its slot until now.</summary>
    public static void Waited(AttemptId attempt, TrialRow trial, DateTimeOffset since) =>
        Source.StartActivity("queued", ActivityKind.Internal, ContextOf(trial.SubmissionTrace), TagsOf(attempt, trial),
            startTime: since)?.Dispose();

    /// <summary>
    /// Opens an attempt's span; the answer is its <c>traceparent</c>, or null when nobody wants spans.
    /// </summary>
    public string? Open(AttemptId attempt, TrialRow trial, NodeName node, int slot)
    {
        // Not this grain's current activity: the attempt outlasts the call that starts it.
        var current = Activity.Current;
        var span = Source.StartActivity("attempt", ActivityKind.Internal, ContextOf(trial.SubmissionTrace),
            TagsOf(attempt, trial))?
            .SetTag(TelemetryNames.Node, node.Value).SetTag(TelemetryNames.Slot, slot);
        Activity.Current = current;
        if (span is not null) _open[attempt] = span;
        return span?.Id;
    }

    /// <summary>The attempt did not come about; its span was never one.</summary>
    public void Forget(AttemptId attempt) => _open.TryRemove(attempt, out _);

    /// <summary>Ends an attempt's span; <paramref name="trial"/> is as it stands after that.</summary>
    public void Close(AttemptId attempt, AttemptEnd end, TrialRow trial)
    {
        var current = Activity.Current;
        if (!_open.TryRemove(attempt, out var span))
        {
            // No trace of its own: it began when nobody wanted spans.
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
