using Sbnn.Sweeps.Api.Contracts;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// The server-sent events that answer a <see cref="SpecSubmissionRequest"/>. Further ones may be added.
/// </summary>
public static class SubmissionEvent
{
    /// <summary>It waits: <see cref="SubmissionProgress"/>.</summary>
    public const string Waiting = "waiting";

    /// <summary>Its images are prepared, and its grid is expanded: <see cref="SubmissionProgress"/>.</summary>
    public const string Preparing = "preparing";

    /// <summary>What its author should know: <see cref="SubmissionProgress"/>.</summary>
    public const string Hint = "hint";

    /// <summary>Nothing has happened; the head is there.</summary>
    public const string Alive = "alive";

    /// <summary>The last: it is recorded: <see cref="SubmittedSweep"/>.</summary>
    public const string Submitted = "submitted";

    /// <summary>The last: it is not recorded: a problem document.</summary>
    public const string Refused = "refused";
}
