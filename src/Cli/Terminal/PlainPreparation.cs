using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Lines for pipes and logs: one at the beginning of a transfer and for each tenth of the file.</summary>
internal sealed class PlainPreparation(TextWriter output) : IPreparationView
{
    public async Task<PreparedDataset> ShowAsync(IAsyncEnumerable<PrepareEvent> events)
    {
        PreparedDataset? prepared = null;
        var (told, waitedFor) = (-1L, "");
        await foreach (var news in events)
        {
            switch (news)
            {
                case ImagesAwaited awaited when awaited.Reason != waitedFor:
                    waitedFor = awaited.Reason;
                    output.WriteLine(awaited.Reason);
                    break;
                case ArchiveFetched fetched when fetched.Received * 10 / fetched.Total is var tenth && tenth != told:
                    told = tenth;
                    output.WriteLine(RunWording.Fetched(fetched));
                    break;
                case FetchInterrupted interrupted:
                    told = -1;
                    output.WriteLine(RunWording.Interrupted(interrupted));
                    break;
                case PreparedDataset answer:
                    prepared = answer;
                    break;
            }
        }

        return prepared ?? throw new InvalidOperationException("the trainer ended without telling of its images");
    }
}
