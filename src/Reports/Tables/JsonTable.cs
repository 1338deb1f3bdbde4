using System.Text.Json.Nodes;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Claims;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// The table as JSON: the cells as shown, and the metrics in full precision, in the units of <see cref="CsvTable"/>. A
/// metric that is missing has no member. <c>docs/table.schema.json</c> describes the file.
/// </summary>
public static class JsonTable
{
    /// <summary>
    /// The version of the file's form: raised when a member is renamed, removed or changes its meaning.
    /// </summary>
    public const int Version = 1;

    /// <summary>Renders the file, with '\n' line ends.</summary>
    public static string Render(TableModel table)
    {
        List<TableMetric> metrics =
            [.. TableMetric.All.Where(metric => metric.IsInEveryFile || table.Shown.Contains(metric.Column))];
        var root = new JsonObject
        {
            ["version"] = Version,
            ["title"] = table.Title,
            ["columns"] = new JsonArray([.. table.Columns.Select(static JsonNode (column) =>
                new JsonObject { ["heading"] = column.Text, ["isNumber"] = column.IsNumber })]),
            ["rows"] = new JsonArray([.. table.Rows.Zip(table.Metrics, (cells, row) => Row(cells, row, metrics))]),
            ["notes"] = Texts(table.Footnotes),
        };
        if (table.Claims.Count > 0) root["claims"] = new JsonArray([.. table.Claims.Select(Claim)]);
        return root.ToJsonString(SbnnJson.Indented) + "\n";
    }

    private static JsonNode Row(IReadOnlyList<string> cells, RowMetrics row, List<TableMetric> metrics)
    {
        var json = new JsonObject
        {
            ["label"] = row.Row.Label,
            ["cells"] = Texts(cells),
            ["settings"] = Settings(row.Row.Where),
            ["seeds"] = new JsonArray([.. row.Trials.Select(static JsonNode (trial) => trial.Spec.Seed)]),
            ["reported"] = row.Reported,
            ["metrics"] = Metrics(row, metrics),
        };
        if (row.Row.Baseline) json["isBaseline"] = true;
        if (row.Row.Network is { } network)
            json["network"] = Settings(Architectures.Settings.ToDictionary(
                static name => name, name => HyperparameterText.Of(name, network), StringComparer.Ordinal));
        if (row.Gap is not null) json["gap"] = row.Gap;
        if (row.Missed is { } missed) json["atMissedTarget"] = Metrics(missed, metrics);
        if (row.CollapsedSeeds.Count > 0)
            json["collapsedSeeds"] = new JsonArray([.. row.CollapsedSeeds.Select(static JsonNode (seed) => seed)]);
        if (row.Row.Published is { } published) json["published"] = Published(published, metrics);
        if (row.Verdicts.Count > 0) json["verdicts"] = Verdicts(row);
        if (row.Comparison is { } comparison) json["toBaseline"] = Comparison(comparison);
        if (row.Differences.Count > 0) json["differsIn"] = Texts(row.Differences);
        if (row.Resume != ResumeCheck.None) json["resume"] = row.Resume.InWords();
        return json;
    }

    private static JsonObject Metrics(RowMetrics row, List<TableMetric> metrics)
    {
        var json = new JsonObject();
        foreach (var metric in metrics)
        {
            if (metric.Ours(row) is not { } mean) continue;
            json[metric.Name] = new JsonObject { ["mean"] = Number(mean) };
            if (metric.Sd(row) is { } sd) json[metric.Name]!["sd"] = Number(sd);
        }

        return json;
    }

    private static JsonObject Published(PublishedRow row, List<TableMetric> metrics)
    {
        var values = new JsonObject();
        foreach (var metric in metrics)
            if (metric.Published(row) is { } value) values[metric.Name] = Number(value);
        var json = new JsonObject { ["name"] = row.Name, ["metrics"] = values, ["isQuoted"] = row.Quoted };
        if (row.Lost.Count > 0) json["lost"] = Texts(row.Lost);
        if (row.Note is not null) json["note"] = row.Note;
        return json;
    }

    private static JsonObject Verdicts(RowMetrics row)
    {
        var json = new JsonObject();
        foreach (var (metric, difference, verdict) in row.Verdicts)
        {
            var one = difference is { } between ? Difference(between) : [];
            one["verdict"] = verdict.InWords();
            json[EnumWords.Of(metric)] = one;
        }

        return json;
    }

    private static JsonObject Difference(Interval difference)
    {
        var json = new JsonObject { ["mean"] = Number(difference.Middle) };
        if (difference.Low is { } low) json["low"] = Number(low);
        if (difference.High is { } high) json["high"] = Number(high);
        return json;
    }

    private static JsonObject Comparison(RowComparison comparison)
    {
        var json = Difference(comparison.Difference);
        if (comparison.P is not { } p) return json;
        json["test"] = comparison.IsPaired ? "paired" : "welch";
        json["p"] = p;
        json["pHolm"] = comparison.AdjustedP;
        json["familySize"] = comparison.FamilySize;
        return json;
    }

    private static JsonNode Claim(ClaimResult result)
    {
        var claim = result.Claim;
        var condition = new JsonObject
        {
            ["kind"] = EnumWords.Of(claim.Kind),
            ["metric"] = EnumWords.Of(claim.Metric),
            ["rows"] = Texts(claim.Rows),
        };
        if (claim.Kind != ClaimKind.Rising) condition["bound"] = Number(claim.Bound);
        var json = new JsonObject { ["condition"] = condition, ["outcome"] = result.Outcome.InWords() };
        if (claim.Text is not null) json["text"] = claim.Text;
        if (claim.Section is not null) json["section"] = claim.Section;
        json["means"] = new JsonArray([.. result.Estimates.Select(static estimate =>
            estimate is null ? null : Number(estimate.Mean))]);
        json["seeds"] = new JsonArray([.. result.Estimates.Select(static JsonNode (estimate) => estimate?.Count ?? 0)]);
        if (result.Value is { } value) json["value"] = Difference(value);
        if (result.Test is { } test)
            json["test"] = new JsonObject
            {
                ["kind"] = test.IsPaired ? "paired" : "welch",
                ["p"] = test.P,
                ["pHolm"] = test.AdjustedP,
                ["pOpposite"] = test.Opposite,
                ["pOppositeHolm"] = test.AdjustedOpposite,
                ["familySize"] = test.FamilySize,
            };
        if (result.Reasons.Count > 0) json["reasons"] = Texts(result.Reasons);
        return json;
    }

    private static JsonObject Settings(IReadOnlyDictionary<string, string> where)
    {
        var json = new JsonObject();
        foreach (var (name, value) in where.OrderBy(static setting => setting.Key, StringComparer.Ordinal))
            json[name] = value;
        return json;
    }

    private static JsonArray Texts(IEnumerable<string> texts) =>
        [.. texts.Select(static JsonNode (text) => JsonValue.Create(text))];

    // The division removes trailing zeros, so that equal numbers have equal texts, as in table.csv.
    private static JsonNode Number(decimal value) => JsonValue.Create(value / 1.0000000000000000000000000000m);
}
