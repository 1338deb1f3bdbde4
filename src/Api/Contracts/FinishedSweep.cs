namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>The summary that a hook gets when a sweep has ended.</summary>
public sealed record FinishedSweep
{
    /// <summary>The sweep with the numbers of its trials by state.</summary>
    public required Sweep Sweep { get; init; }

    /// <summary>The sweep's table as Markdown.</summary>
    public required string Table { get; init; }
}

/// <summary>The hooks of a sweep.</summary>
public sealed record SweepHookList
{
    /// <summary>The hooks that the spec names under <c>run.on-finish</c>, in its order.</summary>
    public required IReadOnlyList<Ledger.Sweeps.SweepHook> Items { get; init; }
}
