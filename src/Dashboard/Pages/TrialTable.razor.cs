using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A page of trials: what tells them apart, and where each stands.</summary>
public sealed partial class TrialTable
{
    [Parameter, EditorRequired]
    public SweepView Sweep { get; set; } = null!;

    private Dictionary<string, object?> Attributes => new() { ["aria-label"] = $"Trials of {Sweep.Summary.Name}" };

    private static int Percent(TrialProgress trial) => 100 * trial.Epoch / trial.Spec.Epochs;

    private static string Known(string figure) => figure.Length == 0 ? "–" : figure;
}
