using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>The images that a test says are prepared; no others are.</summary>
internal sealed class SaidImages(params PreparedDataset[] prepared) : IPreparedImages
{
    public Task<PreparedDataset?> FindAsync(DatasetPlace place, string digest, CancellationToken cancellation) =>
        Task.FromResult(Array.Find(prepared, images => images.Digest == digest));
}
