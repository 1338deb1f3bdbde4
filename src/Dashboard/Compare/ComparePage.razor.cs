using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Charts;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Dashboard.Compare;

/// <summary>
/// Up to eight trials, or rows of tables, over one another. The address has the choice (<c>?trial=KEY</c>,
/// <c>?row=SWEEP/LABEL</c>), so that a comparison can be bookmarked and shared.
/// </summary>
public sealed partial class ComparePage
{
    private const int Most = 8;

    // Tables of compared rows. Reading one takes up to a second, so it is kept until its sweep's report changes.
    private readonly Dictionary<string, (ReportState State, TableModel Table)> _tables = new(StringComparer.Ordinal);

    private IReadOnlyList<ComparedCurve> _curves = [];
    private IReadOnlyList<int> _epochs = [];
    private IReadOnlyList<(string Title, string Unit, IReadOnlyList<ChartSeries> Series)> _charts = [];
    private IReadOnlyList<SweepSummary> _sweeps = [];
    private IReadOnlyList<string> _rows = [];
    private string _added = "";
    private string _rowsOf = "";

    [SupplyParameterFromQuery(Name = "trial")]
    private string[]? Keys { get; set; }

    [SupplyParameterFromQuery(Name = "row")]
    private string[]? RowNames { get; set; }

    [Inject]
    private SweepViewReader Views { get; set; } = null!;

    [Inject]
    private LedgerReader Ledger { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private IEnumerable<(string Name, IEnumerable<string> Values)> Rows =>
    [
        ("state", _curves.Select(static curve => curve.State)),
        ("epoch", _curves.Select(static curve => Value(curve, static point => point.Epoch, "0"))),
        ("top-1 %", LastValues(static point => point.Accuracy)),
        ("ones (U/N) %", LastValues(static point => point.Ones)),
        ("K₀ %", LastValues(static point => point.K0)), ("K₁ %", LastValues(static point => point.K1)),
        ("BOPs PR %", LastValues(static point => point.BopsPr)),
        ("BParams PR %", LastValues(static point => point.BParamsPr)),
        .. DifferingSettings(_curves).Select(name => (name, _curves.Select(curve => SettingOf(curve, name)))),
    ];

    private protected override async Task<Action> ReadAsync()
    {
        var sweeps = await Feed.ReadSweepsAsync();
        var read = new List<ComparedCurve>();
        foreach (var key in (Keys ?? []).Distinct().Take(Most)) read.Add(await TrialAsync(key));
        foreach (var row in (RowNames ?? []).Distinct().Take(Most - read.Count)) read.Add(await RowAsync(row));
        var curves = Labelled(read);
        IReadOnlyList<int> epochs =
            [.. curves.SelectMany(static curve => curve.Points).Select(static point => point.Epoch).Distinct().Order()];
        return () =>
        {
            (_sweeps, _curves, _epochs) = (sweeps, curves, epochs);
            _charts = [.. Charts()];
        };
    }

    private async Task<ComparedCurve> TrialAsync(string key)
    {
        var trial = await Views.FindTrialAsync(key)
            ?? throw new BadInputException($"trial: no trial begins with {key}; the pages of sweeps list them");
        var progress = trial.Detail.Progress;
        return new ComparedCurve(progress.Key.Short, ComparedCurve.PointsOf(trial.Detail.Epochs))
        {
            Address = $"trials/{progress.Key.Hex}",
            Selection = ("trial", key),
            State = ProgressWording.State(progress),
            Settings = new Dictionary<string, string>(
                from parameter in Hyperparameters.All
                where parameter.HasEffect(progress.Spec)
                select KeyValuePair.Create(parameter.Name, parameter.Format(parameter.Get(progress.Spec))))
            {
                ["seed"] = progress.Spec.Seed.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private async Task<ComparedCurve> RowAsync(string name)
    {
        if (name.Split('/', 2) is not [var sweep, var label])
            throw new BadInputException($"row: {name} is not allowed (allowed: a sweep's name, /, and a row's label)");
        var table = await FindTableAsync(sweep) ?? throw new BadInputException($"row: no sweep is named {sweep}");
        var row = table.Metrics.FirstOrDefault(row => row.Row.Label == label)
            ?? throw new BadInputException($"row: the table of {sweep} has no row {label}");
        var finished = row.Trials.Count(static trial => trial.Epochs.Count > 0);
        return new ComparedCurve($"{sweep} {label}", ComparedCurve.PointsOf(row))
        {
            Selection = ("row", name),
            State = string.Create(CultureInfo.InvariantCulture, $"mean of {finished}/{row.Trials.Count} trials"),
        };
    }

    // Trials are named by the settings in which they differ, as far as they have such settings.
    private static IReadOnlyList<ComparedCurve> Labelled(List<ComparedCurve> curves)
    {
        var differing = DifferingSettings(curves);
        return
        [
            .. curves.Select(curve => curve.Settings.Count == 0 || differing.Count == 0 ? curve : curve with
            {
                Label = Wording.Listed(", ", from name in differing
                    where curve.Settings.ContainsKey(name)
                    select $"{name} {curve.Settings[name]}") is { Length: > 0 } label ? label : curve.Label,
            }),
        ];
    }

    private static List<string> DifferingSettings(IReadOnlyList<ComparedCurve> curves)
    {
        var trials = curves.Where(static curve => curve.Settings.Count > 0).ToList();
        return
        [
            .. trials.SelectMany(static trial => trial.Settings.Keys).Distinct()
                .Where(name => trials.Select(trial => SettingOf(trial, name)).Distinct().Skip(1).Any()),
        ];
    }

    private static string SettingOf(ComparedCurve curve, string name) => curve.Settings.GetValueOrDefault(name, "–");

    private async Task<TableModel?> FindTableAsync(string sweep)
    {
        if (await Ledger.FindReportStateAsync(sweep) is not { } state) return null;
        if (_tables.TryGetValue(sweep, out var kept) && kept.State == state) return kept.Table;
        if (await Ledger.FindOutcomeAsync(sweep) is not { } outcome) return null;
        var table = await Task.Run(() => SweepTable.Of(outcome));
        _tables[sweep] = (state, table);
        return table;
    }

    private IEnumerable<(string, string, IReadOnlyList<ChartSeries>)> Charts()
    {
        (string, string, Func<ComparedPoint, double?>)[] all =
        [
            ("Top-1 accuracy (test)", "%", static point => point.Accuracy),
            ("Ones (U/N)", "%", static point => point.Ones),
            ("Training loss", "", static point => point.TrainLoss), ("Test loss", "", static point => point.TestLoss),
            ("K₀", "%", static point => point.K0), ("BOPs PR", "%", static point => point.BopsPr),
        ];
        return from chart in all
               let values = _curves.Select(curve => ValuesOf(curve, chart.Item3)).ToList()
               where values.Any(static line => line.Any(static value => value is not null))
               select (chart.Item1, chart.Item2,
                   (IReadOnlyList<ChartSeries>)
                   [.. _curves.Zip(values, static (curve, line) => new ChartSeries(curve.Label, line))]);
    }

    private List<double?> ValuesOf(ComparedCurve curve, Func<ComparedPoint, double?> value)
    {
        var known = curve.Points.ToDictionary(static point => point.Epoch, value);
        return [.. _epochs.Select(epoch => known.GetValueOrDefault(epoch))];
    }

    private async Task ReadRowsAsync()
    {
        try
        {
            _rows = _rowsOf.Length > 0 && await FindTableAsync(_rowsOf) is { } table
                ? [.. table.Metrics.Select(static row => row.Row.Label)] : [];
        }
        catch (Exception error) when (error is BadInputException or LedgerUnavailableException)
        {
            _problem = error.Message;
        }
    }

    private void AddTrial()
    {
        if (_added.Trim() is { Length: > 0 } key) Navigation.NavigateTo(AddressWith("trial", key));
        _added = "";
    }

    private string AddressWith(string name, string value) =>
        AddressOf([.. _curves.Select(static curve => curve.Selection), (name, value)]);

    private string AddressWithout(ComparedCurve removed) =>
        AddressOf(_curves.Where(curve => curve != removed).Select(static curve => curve.Selection));

    private static string AddressOf(IEnumerable<(string Name, string Value)> choice) => "compare?"
        + string.Join('&', choice.Select(static one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"));

    private IEnumerable<string> LastValues(Func<ComparedPoint, double?> value) =>
        _curves.Select(curve => Value(curve, value, "0.00"));

    private static string Value(ComparedCurve curve, Func<ComparedPoint, double?> value, string format) =>
        curve.Points is [.., var last] && value(last) is { } number
            ? number.ToString(format, CultureInfo.InvariantCulture) : "–";
}
