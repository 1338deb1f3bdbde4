using System.Runtime.CompilerServices;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Prepared images that a test chooses.</summary>
internal sealed class FakeImages(params PreparedDataset[] prepared) : IPreparedImages
{
    public Task<PreparedDataset?> FindAsync(DatasetLocation place, string digest, CancellationToken cancellation) =>
        Task.FromResult(Array.Find(prepared, images => images.Digest == digest));

    public async IAsyncEnumerable<PrepareEvent> PrepareAsync(
        DatasetLocation place, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Gate is not null) await Gate.Task.WaitAsync(cancellation);
        yield return prepared.Length > 0
            ? prepared[0]
            : throw new BadInputException($"images: the test has prepared none of {place.Dataset}");
    }

    /// <summary>A task for which each preparation waits; null: preparations do not wait.</summary>
    public TaskCompletionSource? Gate { get; init; }
}
