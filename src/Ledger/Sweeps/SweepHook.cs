using Sbnn.Sweeps.Core.Hooks;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A hook that a sweep's latest revision names, and how its call ended.</summary>
public sealed record SweepHook
{
    /// <summary>The hook's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the hook was called.</summary>
    public HookState State { get; init; }

    /// <summary>Why the call failed; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>When the call ended; null while it is pending.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>A hook that must be called, because its sweep has ended.</summary>
/// <param name="Sweep">The sweep.</param>
/// <param name="Revision">The sweep's latest revision.</param>
/// <param name="Hook">The hook's name.</param>
public sealed record DueHook(string Sweep, int Revision, string Hook);
