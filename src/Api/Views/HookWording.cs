using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Texts about hooks, the same on a terminal and on a page.</summary>
public static class HookWording
{
    /// <summary>A hook and its state in one line.</summary>
    public static string Describe(SweepHook hook) =>
        $"hook {hook.Name}: {EnumWords.Of(hook.State)}{(hook.Reason is { } reason ? $": {reason}" : "")}";
}
