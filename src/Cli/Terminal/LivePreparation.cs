using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Spectre.Console;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Shows a progress bar while an archive is downloaded; other events are printed as lines above it.</summary>
internal sealed class LivePreparation(IAnsiConsole console) : IPreparationView
{
    public async Task<PreparedDataset> ShowAsync(IAsyncEnumerable<PrepareEvent> events)
    {
        await using var coming = events.GetAsyncEnumerator();
        var news = await NextAsync(coming);
        while (news is not PreparedDataset)
        {
            if (news is not ArchiveFetched first)
            {
                Say(news);
                news = await NextAsync(coming);
                continue;
            }

            // The bar starts only now, because an empty one would leave blank lines behind when nothing is downloaded.
            news = await console.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                    new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
                .StartAsync(progress => ShowTransferAsync(coming, Begin(progress, first)));
        }

        return (PreparedDataset)news;
    }

    private async Task<PrepareEvent> ShowTransferAsync(IAsyncEnumerator<PrepareEvent> coming, ProgressTask bar)
    {
        while (true)
        {
            switch (await NextAsync(coming))
            {
                case ArchiveFetched fetched:
                    bar.Value = fetched.Received;
                    break;
                case FetchInterrupted interrupted:
                    Say(interrupted);
                    break;
                case var other:
                    return other;
            }
        }
    }

    private void Say(PrepareEvent news) => console.WriteLine(news switch
    {
        ImagesAwaited awaited => awaited.Reason,
        FetchInterrupted interrupted => SubmissionWording.Interrupted(interrupted),
        _ => throw new InvalidOperationException($"no text for {news}"),
    });

    // Bytes from an earlier download must not count towards the speed, so they are set before the bar's clock starts.
    private static ProgressTask Begin(ProgressContext progress, ArchiveFetched fetched)
    {
        var file = Markup.Escape(new Uri(fetched.Url).Segments[^1]);
        var bar = progress.AddTask(file, new ProgressTaskSettings { AutoStart = false, MaxValue = fetched.Total });
        bar.Value = fetched.Received;
        bar.StartTask();
        return bar;
    }

    private static async Task<PrepareEvent> NextAsync(IAsyncEnumerator<PrepareEvent> coming) =>
        await coming.MoveNextAsync() ? coming.Current
            : throw new InvalidOperationException(PrepareEvent.NoAnswer);
}
