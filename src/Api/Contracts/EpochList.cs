using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A page of a trial's epochs, first to last.</summary>
public sealed record EpochList
{
    /// <summary>
    /// The epochs. They are provisional until the trial is finished: a later attempt may train some of them again. The
    /// list of layers is empty unless the request asks for layers.
    /// </summary>
    public required IReadOnlyList<RecordedEpoch> Items { get; init; }

    /// <summary>The <c>after</c> of the next page; omitted on the last page.</summary>
    public int? NextAfter { get; init; }
}
