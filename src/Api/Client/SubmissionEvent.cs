using Sbnn.Sweeps.Api.Contracts;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// The server-sent events that answer a <see cref="SpecSubmissionRequest"/>. Later versions may add more.
/// </summary>
public static class SubmissionEvent
{
    /// <summary>The submission waits. Data: <see cref="SubmissionProgress"/>.</summary>
    public const string Waiting = "waiting";

    /// <summary>
    /// The images are being prepared, or the grid is being expanded. Data: <see cref="SubmissionProgress"/>.
    /// </summary>
    public const string Preparing = "preparing";

    /// <summary>A hint for the spec's author. Data: <see cref="SubmissionProgress"/>.</summary>
    public const string Hint = "hint";

    /// <summary>A heartbeat of the head, sent when it has nothing new to report.</summary>
    public const string Alive = "alive";

    /// <summary>The last event when the sweep is recorded. Data: <see cref="SubmittedSweep"/>.</summary>
    public const string Submitted = "submitted";

    /// <summary>The last event when the sweep is not recorded. Data: a problem document.</summary>
    public const string Refused = "refused";
}
