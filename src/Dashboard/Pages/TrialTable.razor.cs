using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A table of a page of trials, with their distinguishing settings, states and metrics.</summary>
public sealed partial class TrialTable
{
    [Parameter, EditorRequired]
    public SweepView Sweep { get; set; } = null!;

    private Dictionary<string, object?> Attributes => new() { ["aria-label"] = $"Trials of {Sweep.Summary.Name}" };

    private static int Percent(TrialProgress trial) => 100 * trial.Epoch / trial.Spec.Epochs;

    private static string ValueOrDash(string value) => value.Length == 0 ? "–" : value;
}
