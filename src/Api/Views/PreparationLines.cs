using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>
/// Describes the preparation of images in lines, for pipes and logs: one line at the start of a download and one for
/// each tenth of the file.
/// </summary>
public sealed class PreparationLines
{
    private long _reported = -1;
    private string _waitedFor = "";

    /// <summary>The line for an event; null when there is nothing new to report.</summary>
    public string? Find(PrepareEvent step)
    {
        switch (step)
        {
            case ImagesAwaited awaited when awaited.Reason != _waitedFor:
                return _waitedFor = awaited.Reason;
            case ArchiveFetched fetched when fetched.Received * 10 / fetched.Total is var tenth && tenth != _reported:
                _reported = tenth;
                return SubmissionWording.Fetched(fetched);
            case FetchInterrupted interrupted:
                _reported = -1;
                return SubmissionWording.Interrupted(interrupted);
            default:
                return null;
        }
    }
}
