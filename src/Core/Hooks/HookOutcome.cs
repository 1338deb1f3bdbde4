namespace Sbnn.Sweeps.Core.Hooks;

/// <summary>How the call of a hook ended. The reason names neither its URL nor its program.</summary>
/// <param name="State">Whether the hook got the summary.</param>
/// <param name="Reason">Why it failed; null for another state.</param>
public sealed record HookOutcome(HookState State, string? Reason = null)
{
    /// <summary>The hook got the summary.</summary>
    public static HookOutcome Delivered { get; } = new(HookState.Delivered);

    /// <summary>The hook did not get the summary.</summary>
    public static HookOutcome Failed(string reason) => new(HookState.Failed, reason);
}

/// <summary>The state of a sweep's hook.</summary>
public enum HookState
{
    /// <summary>The sweep has not ended, or the hook is being called.</summary>
    Pending = 0,

    /// <summary>The hook got the summary.</summary>
    Delivered = 1,

    /// <summary>Every try failed.</summary>
    Failed = 2,
}
