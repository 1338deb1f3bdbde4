using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A page of trials: what tells them apart, and where each stands.</summary>
public sealed partial class TrialTable
{
    [Parameter, EditorRequired]
    public string Sweep { get; set; } = "";

    [Parameter, EditorRequired]
    public TrialPage Page { get; set; } = null!;

    [Parameter, EditorRequired]
    public TrialLabels Labels { get; set; } = null!;

    private Dictionary<string, object?> Attributes => new() { ["aria-label"] = $"Trials of {Sweep}" };

    private static int Percent(TrialProgress trial) => 100 * trial.Epoch / trial.Spec.Epochs;

    private static string Known(string figure) => figure.Length == 0 ? "–" : figure;

    private static string NotBefore(TrialProgress trial) =>
        trial is { State: TrialState.Waiting, NotBefore: { } at } ? string.Create(CultureInfo.InvariantCulture, $"; next attempt at {at.ToLocalTime():HH:mm:ss}") : "";
}
