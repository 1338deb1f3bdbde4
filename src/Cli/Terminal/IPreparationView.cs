using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Shows the progress while images are downloaded and prepared.</summary>
internal interface IPreparationView
{
    /// <summary>Shows the events as they arrive; returns the last one.</summary>
    Task<PreparedDataset> ShowAsync(IAsyncEnumerable<PrepareEvent> events);
}
