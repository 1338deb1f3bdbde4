using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Shows how images are fetched and prepared.</summary>
internal interface IPreparationView
{
    /// <summary>Shows the events as they come, and gives the last one.</summary>
    Task<PreparedDataset> ShowAsync(IAsyncEnumerable<PrepareEvent> events);
}
