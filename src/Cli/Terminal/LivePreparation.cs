using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Spectre.Console;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Shows a progress bar while an archive is downloaded; other events are printed as lines above it.</summary>
internal sealed class LivePreparation(IAnsiConsole console) : IPreparationView
{
    public async Task<PreparedDataset> ShowAsync(IAsyncEnumerable<PrepareEvent> events)
    {
        await using var enumerator = events.GetAsyncEnumerator();
        var received = await NextAsync(enumerator);
        while (received is not PreparedDataset)
        {
            if (received is not ArchiveFetched first)
            {
                Say(received);
                received = await NextAsync(enumerator);
                continue;
            }

            // The bar starts only now, because an empty one would leave blank lines behind when nothing is downloaded.
            received = await console.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
                    new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
                .StartAsync(progress => ShowTransferAsync(enumerator, Begin(progress, first)));
        }

        return (PreparedDataset)received;
    }

    private async Task<PrepareEvent> ShowTransferAsync(IAsyncEnumerator<PrepareEvent> events, ProgressTask bar)
    {
        while (true)
        {
            switch (await NextAsync(events))
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

    private void Say(PrepareEvent received) => console.WriteLine(received switch
    {
        ImagesAwaited awaited => awaited.Reason,
        FetchInterrupted interrupted => SubmissionWording.Interrupted(interrupted),
        _ => throw new InvalidOperationException($"no text for {received}"),
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

    private static async Task<PrepareEvent> NextAsync(IAsyncEnumerator<PrepareEvent> events) =>
        await events.MoveNextAsync() ? events.Current
            : throw new InvalidOperationException(PrepareEvent.NoAnswer);
}
