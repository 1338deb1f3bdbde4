using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Prints the preparation as lines, for pipes and logs (<see cref="PreparationLines"/>).</summary>
internal sealed class PlainPreparation(TextWriter output) : IPreparationView
{
    public async Task<PreparedDataset> ShowAsync(IAsyncEnumerable<PrepareEvent> events)
    {
        PrepareEvent? last = null;
        var lines = new PreparationLines();
        await foreach (var received in events)
        {
            last = received;
            if (lines.Find(received) is { } line) output.WriteLine(line);
        }

        return last as PreparedDataset
            ?? throw new InvalidOperationException(PrepareEvent.NoAnswer);
    }
}
