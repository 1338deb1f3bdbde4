using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Dashboard.Trials;

/// <summary>The attempts of a trial, the latest first, each with the reason why it ended.</summary>
public sealed partial class AttemptsTable
{
    /// <summary>The attempts, first to last.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<AttemptProvenance> Attempts { get; set; } = [];

    /// <summary>The current time, for the duration of a running attempt.</summary>
    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    private static string Chip(AttemptProvenance attempt) => EnumWords.Of(
        attempt.Ending is null ? TrialState.Running : attempt.HasFailed ? TrialState.Failed
            : attempt.Ending == EnumWords.Of(AttemptEnding.Completed) ? TrialState.Finished : TrialState.Waiting);

    private static string Origin(AttemptProvenance attempt) => attempt switch
    {
        { ResumedAtEpoch: { } epoch } =>
            string.Create(CultureInfo.InvariantCulture, $"the checkpoint of epoch {epoch}"),
        { StartedAfresh: { } why } => $"the start: {why}",
        _ => "the start",
    };
}
