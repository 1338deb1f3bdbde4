using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>
/// A sweep's trials as a heat map over two settings. The address contains the settings and the shown metric.
/// </summary>
public sealed partial class GridView
{
    private const string None = "none";
    private const string States = "state";

    [Parameter, EditorRequired]
    public SweepResults Results { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "rows")]
    private string? RowsText { get; set; }

    [SupplyParameterFromQuery(Name = "columns")]
    private string? ColumnsText { get; set; }

    [SupplyParameterFromQuery(Name = "value")]
    private string? ValueText { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private IReadOnlyList<TrialAxis> Axes => Results.Trials.Index.Axes;

    private TrialAxis Rows { get; set; } = null!;

    private TrialAxis? Columns { get; set; }

    /// <summary>The shown metric; null: the states.</summary>
    private TrialMetric? Metric { get; set; }

    private HeatMap Map { get; set; } = null!;

    private string Caption =>
        $"{Metric?.Heading ?? "State"} of the trials of {Results.Sweep.Name} by {Rows.Name}"
        + (Columns is null ? "" : $" and {Columns.Name}");

    protected override void OnParametersSet()
    {
        // The seed is the last axis, so without a choice the rows and columns are two other settings where possible.
        Rows = Axes.FirstOrDefault(axis => axis.Name == RowsText) ?? Axes[0];
        var others = Axes.Where(axis => axis != Rows).ToList();
        Columns = ColumnsText == None ? null
            : others.Find(axis => axis.Name == ColumnsText) ?? others.FirstOrDefault();
        var metric = TrialMetric.All.Index().FirstOrDefault(one => one.Item.Name == ValueText);
        Metric = ValueText == States ? null : metric.Item ?? TrialMetric.All[0];
        Map = HeatMap.Of(Results.Trials, Rows, Columns, Results.Trials.Metrics[metric.Index]);
    }

    private void Choose(string parameter, ChangeEventArgs change) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameter(parameter, (string?)change.Value), replace: true);

    private static IEnumerable<TrialState> StatesOf(HeatCell cell) =>
        Enum.GetValues<TrialState>().Where(state => cell.Of(state) > 0);

    private static string StatesText(HeatCell cell) => cell.Of(TrialState.Finished) == cell.Trials
        ? Wording.Count(cell.Trials, "trial")
        : string.Join(", ", StatesOf(cell).Select(state => Wording.Some(cell.Of(state), EnumWords.Of(state))));

    private string Text(double value) => value.ToString($"F{Metric!.Decimals}", CultureInfo.InvariantCulture);

    private string MeanText(HeatCell cell) => cell.Mean is { } mean ? Text(mean) : "–";

    private string? StyleOf(HeatCell cell) => ShareOf(cell) is { } share
        ? string.Create(CultureInfo.InvariantCulture, $"--share: {100 * share:0}%") : null;

    // The ink changes where both inks have the same contrast (4.6) to the shade, in the light and in the dark theme.
    private string? ShadeOf(HeatCell cell) => ShareOf(cell) switch
    {
        null => null,
        > 0.72 => "shade deep",
        _ => "shade",
    };

    // Where a cell's mean lies between the least (0) and the greatest (1).
    private double? ShareOf(HeatCell cell) =>
        Metric is not null && cell.Mean is { } mean && Map.Range is var (least, most)
            ? most > least ? (mean - least) / (most - least) : 0.5
            : null;

    private string TitleOf(int row, int column, HeatCell cell) =>
        $"{Rows.Name} {Rows.Values[row]}{(Columns is null ? "" : $", {Columns.Name} {Columns.Values[column]}")}: "
            + $"{StatesText(cell)}. Show them.";

    private string AddressOf(int row, int column)
    {
        var search = $"{Rows.Name}={Rows.Values[row]}"
            + (Columns is null ? "" : $" {Columns.Name}={Columns.Values[column]}");
        return new TrialQuery(State: null, TrialOrder.Activity, Page: 1, new TrialSearch(search))
            .AddressOf(Results.Sweep.Name);
    }
}
