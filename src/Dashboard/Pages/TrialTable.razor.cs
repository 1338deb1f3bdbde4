using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A table of a page of trials, with their distinguishing settings, states and metrics.</summary>
public sealed partial class TrialTable
{
    [Parameter, EditorRequired]
    public SweepView Sweep { get; set; } = null!;

    /// <summary>The choice of trials, for the links that sort them.</summary>
    [Parameter, EditorRequired]
    public TrialQuery Query { get; set; } = null!;

    /// <summary>The keys of the selected trials.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyCollection<string> Selected { get; set; } = [];

    /// <summary>True when no further trial can be selected.</summary>
    [Parameter]
    public bool IsFull { get; set; }

    /// <summary>Called with the key of a trial that the user selects or deselects.</summary>
    [Parameter]
    public EventCallback<string> Toggled { get; set; }

    private Dictionary<string, object?> Attributes => new() { ["aria-label"] = $"Trials of {Sweep.Summary.Name}" };

    private string? SortOf(string header) => Query.Search.SortedBy != header ? null
        : Query.Search.IsDescending ? "descending" : "ascending";

    private string ArrowOf(string header) => SortOf(header) switch
    {
        "ascending" => " ↑",
        "descending" => " ↓",
        _ => "",
    };

    private string Name(TrialProgress trial) =>
        string.Join(", ", Sweep.Labels.Headers.Zip(Sweep.Labels.Of(trial.Spec), static (name, of) => $"{name} {of}"));

    private static int Percent(TrialProgress trial) => 100 * trial.Epoch / trial.Spec.Epochs;

    private static string ValueOrDash(string value) => value.Length == 0 ? "–" : value;
}
