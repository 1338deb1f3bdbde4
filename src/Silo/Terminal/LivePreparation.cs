using Sbnn.Sweeps.Core.Protocol;
using Spectre.Console;

namespace Sbnn.Sweeps.Silo.Terminal;

/// <summary>A progress bar while an archive is fetched; what else happens stands in a line above it.</summary>
internal sealed class LivePreparation(IAnsiConsole console) : IPreparationView
{
    public Task<PreparedDataset> ShowAsync(IAsyncEnumerable<PrepareEvent> events) => console.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
        .StartAsync(progress => ShowAsync(events, progress));

    private async Task<PreparedDataset> ShowAsync(IAsyncEnumerable<PrepareEvent> events, ProgressContext progress)
    {
        PreparedDataset? prepared = null;
        ProgressTask? bar = null;
        await foreach (var news in events)
        {
            switch (news)
            {
                case ImagesAwaited awaited:
                    console.WriteLine(awaited.Reason);
                    break;
                case ArchiveFetched fetched:
                    bar ??= Begin(progress, fetched);
                    bar.Value = fetched.Received;
                    break;
                case FetchInterrupted interrupted:
                    console.WriteLine(Wording.Interrupted(interrupted));
                    break;
                case PreparedDataset answer:
                    prepared = answer;
                    break;
            }
        }

        return prepared ?? throw new InvalidOperationException("the trainer ended without telling of its images");
    }

    // What is here already is no part of the speed: the bar stands there before its clock starts.
    private static ProgressTask Begin(ProgressContext progress, ArchiveFetched fetched)
    {
        var file = Markup.Escape(new Uri(fetched.Url).Segments[^1]);
        var bar = progress.AddTask(file, new ProgressTaskSettings { AutoStart = false, MaxValue = fetched.Total });
        bar.Value = fetched.Received;
        bar.StartTask();
        return bar;
    }
}
