using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>
/// Puts a preparation into lines for pipes and logs: one at the beginning of a transfer and for each tenth of the file.
/// </summary>
public sealed class PreparationLines
{
    private long _told = -1;
    private string _waitedFor = "";

    /// <summary>The line for what happened; null when there is nothing new to say.</summary>
    public string? Find(PrepareEvent news)
    {
        switch (news)
        {
            case ImagesAwaited awaited when awaited.Reason != _waitedFor:
                return _waitedFor = awaited.Reason;
            case ArchiveFetched fetched when fetched.Received * 10 / fetched.Total is var tenth && tenth != _told:
                _told = tenth;
                return SubmissionWording.Fetched(fetched);
            case FetchInterrupted interrupted:
                _told = -1;
                return SubmissionWording.Interrupted(interrupted);
            default:
                return null;
        }
    }
}
